"""Figures of the server as Prometheus reads them.

The processes of one server count together, in files of a folder of their own (prometheus_client's multiprocess mode,
which FOLDER turns on, if it is set before this module is imported).
"""

import datetime as dt
import os
from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from indexer.engine import Engine
from indexer.errors import VigieError
from web.monitoring import FOLDER

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

_own = CollectorRegistry()
REQUESTS = Counter("vigie_requests", "Requests answered.", ("endpoint", "status"), registry=_own)
LATENCIES = Histogram(
    "vigie_request_seconds",
    "Seconds from the request to its answer, waiting for a turn included.",
    ("endpoint",),
    buckets=SECONDS,
    registry=_own,
)


def count(endpoint: str, status: int, seconds: float) -> None:
    """Count a request and how long its answer took."""
    REQUESTS.labels(endpoint, str(status)).inc()
    LATENCIES.labels(endpoint).observe(seconds)


def text(engine: Engine) -> bytes:
    """All figures, those of the commit that answers too."""
    registry = CollectorRegistry()
    registry.register(_Index(engine))
    if FOLDER not in os.environ:
        return generate_latest(_own) + generate_latest(registry)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


class _Index(Collector):
    """The commit that answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        """Its figures; that there is none, when there is none."""
        try:
            state = self._engine.state()
        except VigieError:
            yield GaugeMetricFamily("vigie_index_ready", "1 when searches are answered.", 0)
            return
        age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(state.committed)
        yield GaugeMetricFamily("vigie_index_ready", "1 when searches are answered.", 1)
        yield GaugeMetricFamily("vigie_index_degraded", "1 when the newest commit cannot be read.", state.degraded)
        yield GaugeMetricFamily("vigie_index_generation", "The commit that answers.", state.generation)
        yield GaugeMetricFamily("vigie_index_documents", "Articles that can be found.", state.documents)
        yield GaugeMetricFamily("vigie_index_age_seconds", "Seconds since that commit.", age.total_seconds())
