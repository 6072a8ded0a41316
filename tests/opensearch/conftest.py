"""One cluster for all tests of a run that need one."""

from collections.abc import Iterator

import pytest

from tests.conftest import missing
from tests.opensearch.cluster import CannotStartError, Cluster, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster of one node."""
    try:
        running = running_cluster(1)
        started = running.__enter__()
    except CannotStartError as error:
        missing(f"a JDK and Maven, which start OpenSearch ({error})")
    try:
        yield started
    finally:
        running.__exit__(None, None, None)
