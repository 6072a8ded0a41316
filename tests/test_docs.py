"""The documentation is true: every example runs, every link leads somewhere, and Sphinx has nothing to warn of."""

import configparser
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.settings import load_settings
from indexer.thesaurus import load_thesaurus
from indexer.typography import typeset
from tests.conftest import missing
from tests.making import CORPUS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FRONT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md")]
FRENCH = [DOCS / "index.md", *sorted((DOCS / "guides").glob("*.md")), *(DOCS / "reference").glob("[cr]*es.md")]
TUTORIAL = DOCS / "guides" / "tutoriel.md"
SERVER = "127.0.0.1:8000"
"""Where the pages say that the server is."""

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Journal</title><link>https://journal.example/</link>
<item><title>La Norvège commande douze patrouilleurs</title><link>https://journal.example/norvege</link>
<pubDate>Tue, 12 Mar 2024 09:30:00 +0100</pubDate>
<description>Oslo a signé mardi la commande de douze patrouilleurs pour sa garde côtière, a annoncé le ministère. Ils seront
livrés à partir de 2028 et remplaceront ceux des années 1990.</description></item>
<item><title>La Grèce fait durer ses Rafale</title><link>https://journal.example/grece</link>
<pubDate>Wed, 13 Mar 2024 18:00:00 +0100</pubDate>
<description>Athènes a notifié un contrat de soutien de ses vingt-quatre Rafale. Il court sur dix ans et comprend la formation
des mécaniciens de l’armée de l’air grecque.</description></item>
</channel></rss>
"""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it is, for a reader."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\S*)[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2]) for match in found]


BLOCKS = [block for page in (*PAGES, ROOT / "README.md") for block in blocks_of(page)]


def in_language(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


def each(*languages: str) -> pytest.MarkDecorator:
    """A test for every block in these languages."""
    return pytest.mark.parametrize("block", in_language(*languages), ids=lambda block: block.place)


# What is run: the console, Python and TOML blocks of a page, in the order of the page, in a folder of their own.

RUN = {"console", "python", "toml"}
READ = {"sh", "cron", "nginx", "ini", "dockerfile", "json"}
ASIDE = {"text", "{toctree}"}


def test_every_block_is_run_or_read() -> None:
    """What has no language, or one that nobody looks at, would be an example that nobody tries."""
    assert {block.language for block in BLOCKS} <= RUN | READ | ASIDE
    assert len(in_language(*RUN)) > 30


class Command(NamedTuple):
    """A line that is typed, and what is shown below it."""

    typed: str
    shown: str


def commands(block: Block) -> list[Command]:
    """What a console block has typed, lines that go on after `> ` included."""
    pieces = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not pieces[0], f"{block.place} begins with a command"
    found = []
    for piece in pieces[1:]:
        lines = piece.splitlines()
        typed = [lines[0]]
        while len(lines) > len(typed) and lines[len(typed)].startswith("> "):
            typed.append(lines[len(typed)].removeprefix("> "))
        found.append(Command("\n".join(typed), "\n".join(lines[len(typed) :])))
    return found


def is_as_shown(output: str, shown: str) -> bool:
    """Whether an output is what a page shows: « … » stands for anything, spaces of all kinds are alike."""

    def plain(text: str) -> str:
        return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))

    pattern = re.escape(plain(shown) + "\n").replace("\\\n", "\n")
    pattern = re.sub("^…\n", "(?:[^\n]*\n)*", pattern, flags=re.MULTILINE).replace("…", ".*")
    return re.fullmatch(pattern, plain(output) + "\n") is not None


@pytest.mark.parametrize(
    ("output", "shown", "alike"),
    [
        ("Lus     10\nEn 0,1\u00a0s.", "Lus 10\nEn … s.", True),
        ("Lus 11\nEn 0,1 s.", "Lus 10\nEn … s.", False),
        ("a\nb\nc", "…\nc", True),
        ("a\nb\nc", "a\nc", False),
        ("a\nb", "a\n…\nb\n…", True),
        ("a\nbc", "a\n…\nb", False),
        ("a", "", False),
    ],
)
def test_an_output_is_held_against_the_page(output: str, shown: str, alike: bool) -> None:  # noqa: FBT001
    assert is_as_shown(output, shown) is alike


class Sandbox:
    """A folder in which a reader follows the pages, and the server that the pages speak of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._server: subprocess.Popen[str] | None = None
        self.greeting = ""
        (folder / "bin").mkdir()
        (folder / "corpus").symlink_to(CORPUS)
        (folder / ".venv" / "bin").mkdir(parents=True)
        here = Path(sys.executable).parent
        (folder / ".venv" / "bin" / "vigie").write_text(_ASKED)
        (folder / ".venv" / "bin" / "vigie").chmod(0o755)
        (folder / "feed.xml").write_text(FEED, encoding="utf-8")
        (folder / "bin" / "curl").write_text(_CURL.format(real=shutil.which("curl"), feed=folder / "feed.xml"))
        (folder / "bin" / "curl").chmod(0o755)
        self.environment = {
            "HOME": str(folder),
            "PATH": f"{folder}/bin:{here}:{os.environ['PATH']}",
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
            "VIGIE_WORKERS": "1",
            "VIGIE_JOBS": "1",
        }

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script as a reader's shell would, both outputs as one."""
        command = ["bash", "-e", "-c", self.here(script)]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )

    def here(self, text: str) -> str:
        """A text of a page with the places of this sandbox in it."""
        return text.replace(SERVER, f"127.0.0.1:{self.port}").replace("/srv/vigie", str(self.folder))

    def index(self) -> None:
        """What the tutorial leaves behind, when it was not followed."""
        if not (self.folder / "var/index").exists():
            folder = self.folder / "mes-articles"
            folder.mkdir()
            for path in (CORPUS / "articles").glob("a1*.txt"):
                shutil.copy(path, folder)
            assert self.bash("vigie index mes-articles").returncode == 0

    def serve(self) -> None:
        """The server, started once."""
        if self._server is None:
            command = [sys.executable, "-m", "indexer.cli", "serve", "--port", str(self.port)]
            self._server = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**self.environment, "PYTHONPATH": str(ROOT)},
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert self._server.stdout is not None
            self.greeting = self._server.stdout.readline()

    def close(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=30)


_ASKED = """#!/bin/sh
printf '%s\\n' "$@" > asked
"""
"""Stands for the command in what others start, so that the test can run in this process what was asked."""

_CURL = """#!/bin/sh
# Addresses that end in .example are nowhere: a feed is what they answer.
case "$*" in
*.example*) while [ "$1" != -o ]; do shift; done; cp "{feed}" "$2" ;;
*) exec "{real}" "$@" ;;
esac
"""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("docs"))
    yield made
    made.close()


FOLLOWED = [TUTORIAL, *(page for page in PAGES if page != TUTORIAL and {b.language for b in blocks_of(page)} & RUN)]


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_can_be_followed(page: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, commands succeed and print what is shown; settings and names are accepted."""
    if shutil.which("curl") is None:
        missing("curl")
    monkeypatch.chdir(sandbox.folder)
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    if page != TUTORIAL:
        sandbox.index()
    blocks = [block for block in blocks_of(page) if block.language in RUN]
    for block in blocks:
        if SERVER in block.text:
            sandbox.serve()
        if block.language == "toml":
            _keep(block, sandbox.folder)
        elif block.language == "python":
            result = sandbox.bash(f"python3 - <<'END'\n{block.text}\nEND")
            assert result.returncode == 0, f"{block.place}\n{result.stdout}"
        else:
            for command in commands(block):
                _type(command, block, sandbox)
    (sandbox.folder / "vigie.toml").unlink(missing_ok=True)


def _type(command: Command, block: Block, sandbox: Sandbox) -> None:
    """Do what is typed, and hold it against what is shown."""
    if command.typed == "vigie serve":
        output, status = sandbox.greeting, 0
    elif re.fullmatch(r"vigie [^|<>&;$]*", command.typed):  # in this process, which has read the thesaurus already
        result = CliRunner().invoke(main, shlex.split(command.typed)[1:])
        output, status = result.output, result.exit_code
    else:
        finished = sandbox.bash(command.typed)
        output, status = finished.stdout, finished.returncode
    assert status == 0, f"{block.place}: {command.typed}\n{output}"
    assert is_as_shown(output, sandbox.here(command.shown)), f"{block.place}: {command.typed}\n{output}"


def _keep(block: Block, folder: Path) -> None:
    """Write a TOML block under the name that its first line says, and have it read."""
    name = block.text.splitlines()[0].removeprefix("# ")
    path = folder / name
    path.write_text(block.text, encoding="utf-8")
    if name == "vigie.toml":
        load_settings({}, folder)
    else:
        load_thesaurus(own=path)


@pytest.mark.parametrize("block", blocks_of(ROOT / "README.md"), ids=lambda block: f"{block.line}")
def test_what_the_readme_writes_is_accepted(block: Block, tmp_path: Path) -> None:
    if block.language == "toml":
        named = "[fields]" in block.text
        text = f"# {'vigie' if named else 'noms'}.toml\n{block.text}"
        _keep(block._replace(text=text), tmp_path)


# What is read: examples that need a machine of their own.


@each("sh")
def test_a_script_is_one(block: Block) -> None:
    finished = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)

    assert not finished.stderr


@each("cron")
def test_a_cron_table_runs(block: Block, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line has five fields that say when, and a command that succeeds as cron would run it."""
    if shutil.which("flock") is None:
        missing("flock")
    monkeypatch.chdir(sandbox.folder)
    sandbox.index()
    for line in block.text.splitlines():
        *when, command = line.split(None, 5)
        assert all(map(is_when, when, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)))), line
        assert not re.search(r"(?<!\\)%", command), "cron takes a bare % for the end of the line"
        finished = sandbox.bash(command.replace("\\%", "%"))
        assert finished.returncode == 0, f"{line}\n{finished.stdout}"
        asked = (sandbox.folder / "asked").read_text(encoding="utf-8").splitlines()
        assert CliRunner().invoke(main, asked).exit_code == 0, line


def is_when(field: str, bounds: tuple[int, int]) -> bool:
    """Whether a field of a cron table is a star, a number or a list or range of numbers, with a step or without."""
    match = re.fullmatch(r"(\*|[\d,-]+)(?:/\d+)?", field)
    return match is not None and all(bounds[0] <= int(number) <= bounds[1] for number in re.findall(r"\d+", match[1]))


def test_a_wrong_cron_field_is_noticed() -> None:
    assert [is_when(field, (0, 23)) for field in ("*", "*/30", "4", "1-5,9", "24", "x", "")] == [True] * 4 + [False] * 3


@each("nginx")
def test_a_configuration_of_nginx_is_one(block: Block, tmp_path: Path) -> None:
    """Directives end with a semicolon or have a block; nginx itself is asked where it is installed."""
    assert is_nginx(block.text)
    if shutil.which("nginx"):
        text = re.sub(r"^\s*(ssl_certificate.*|listen.*|http2.*)$", "", block.text, flags=re.MULTILINE)
        path = tmp_path / "nginx.conf"
        path.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")
        finished = subprocess.run(
            ["nginx", "-t", "-p", str(tmp_path), "-c", str(path)], capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0, finished.stderr


def is_nginx(text: str) -> bool:
    """Whether a text is directives of nginx: `name arguments;` or `name arguments { … }`."""
    inner = re.compile(r"\s*[a-z_0-9]+(?:\s+[^;{}\s]+)*\s*(?:;|\{\s*\})")
    before = None
    while text != before:
        before, text = text, re.sub(r"\{(?:" + inner.pattern + r")+\s*\}", "{}", text)
    return re.fullmatch(rf"(?:{inner.pattern})+\s*", text) is not None


def test_a_wrong_configuration_is_noticed() -> None:
    good = "server {\n listen 80;\n location / { return 404; }\n}\n"

    assert is_nginx(good)
    assert not is_nginx(good.replace("404;", "404"))
    assert not is_nginx(good.removesuffix("}\n"))


@each("json")
def test_an_answer_is_json(block: Block) -> None:
    assert json.loads(block.text)


@each("ini")
def test_a_unit_of_systemd_starts_a_command_that_there_is(block: Block) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string(block.text)

    assert {"Unit", "Service", "Install"} == set(unit.sections())
    program, name = unit["Service"]["ExecStart"].split()
    assert program.endswith("/bin/vigie")
    assert name in main.commands
    variables = dict(pair.split("=", 1) for pair in unit["Service"]["Environment"].split())
    load_settings(variables, Path("/nowhere"))


@each("dockerfile")
def test_a_container_file_starts_a_command_that_there_is(block: Block) -> None:
    lines = re.sub(r"\\\n", " ", block.text).splitlines()

    assert lines[0].startswith("FROM ")
    assert {line.split()[0] for line in lines} <= {
        *("FROM RUN WORKDIR COPY USER ENV VOLUME EXPOSE HEALTHCHECK CMD ENTRYPOINT LABEL ARG".split())
    }
    assert lines[-1] == 'CMD ["vigie", "serve"]'


# Links, typography, the site and the man page.


@pytest.mark.parametrize("page", [*FRONT, *PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of the tree, and to a heading of it; addresses of the web are well formed, and are not asked."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    for link in map("".join, links):
        if "://" in link:
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]+(/\S*)?", link), link
        else:
            name, _, anchor = link.partition("#")
            target = page.parent / name if name else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", FRENCH, ids=lambda page: str(page.relative_to(DOCS)))
def test_french_is_typeset(page: Path) -> None:
    """No line can end before « : ; ? ! », nor inside quotation marks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "x", text)
    for line in prose.splitlines():
        if not line.startswith((":", "<!--")):
            assert line == typeset(line)


def sphinx(builder: str, target: Path, docs: Path = DOCS) -> subprocess.CompletedProcess[str]:
    if find_spec("sphinx") is None or find_spec("furo") is None or find_spec("myst_parser") is None:
        missing("the docs extra")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder]
    return subprocess.run(
        [*command, "-d", str(target.parent / "doctrees"), str(docs), str(target)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built") / "site"
    finished = sphinx("html", target)
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    return target


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(site: Path) -> None:
    for page in PAGES:
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file()


@pytest.mark.slow
def test_the_site_asks_nothing_of_other_hosts(site: Path) -> None:
    """Scripts, styles, fonts and pictures are its own; links to elsewhere are followed by readers alone."""
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(
            r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc(?:set)?=\"(?:https?:)?//", text
        ), page
        assert not re.findall(r"<link\b(?![^>]*rel=\"canonical\")[^>]*\bhref=\"(?:https?:)?//", text), page
    for style in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", style.read_text(encoding="utf-8")), style


MADE = {
    "reference/commandes": [f"vigie {name}" for name in main.commands],
    "reference/settings": ["VIGIE_PAGE_SIZE"],
    "reference/api": ["/api/v1/facets/{field}", "too-many-requests"],
    "reference/format": ["facets.inverted", "VIGIEARR"],
    "reference/requetes": ["chars OU blindés", "montant:&gt;100M€"],
    "explanation/stories": ["SAME_STORY"],
    "explanation/durability": ["Files are written once"],
}
"""What pages have from the code."""


@pytest.mark.slow
@pytest.mark.parametrize("page", MADE)
def test_the_reference_is_that_of_the_code(page: str, site: Path) -> None:
    text = (site / f"{page}.html").read_text(encoding="utf-8")

    assert not [expected for expected in MADE[page] if expected not in text]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_mark_is_written_as_it_is_looked_for(page: Path) -> None:
    """Another one would be a comment, and leave nothing."""
    marks = [line for line in page.read_text(encoding="utf-8").splitlines() if "<!-" in line]

    assert all(re.fullmatch(r"<!-- made: \w+( [\w.]+)? -->", mark) for mark in marks)


@pytest.mark.slow
def test_a_page_says_its_language(site: Path) -> None:
    assert 'lang="fr"' in (site / "guides/tutoriel.html").read_text(encoding="utf-8")
    assert 'lang="en"' in (site / "explanation/ranking.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_link_to_nowhere_would_be_noticed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text('extensions = ["myst_parser"]\nmyst_heading_anchors = 3\n')
    (docs / "index.md").write_text("# A\n\n[b](#c)\n")

    assert "c" in sphinx("html", tmp_path / "site", docs).stderr


@pytest.mark.slow
def test_the_man_page_is_shown(tmp_path: Path) -> None:
    """It has every command, and groff has nothing to complain of."""
    finished = sphinx("man", tmp_path / "man")
    assert finished.returncode == 0, finished.stderr
    page = tmp_path / "man" / "vigie.1"
    assert all(f"vigie {name}" in page.read_text(encoding="utf-8") for name in main.commands)
    if shutil.which("groff") is None:
        missing("groff")
    shown = subprocess.run(
        ["groff", "-k", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True, check=False
    )
    assert not shown.stderr
    assert "moteur de recherche" in shown.stdout
    assert "Show this" not in shown.stdout, "what click says in English"


@pytest.mark.parametrize(("typed", "offered"), [("vigie se", {"search", "serve"}), ("vigie check --re", {"--repair"})])
def test_the_shell_completes(typed: str, offered: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the scripts of the page on the terminal ask when Tab is pressed."""
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    monkeypatch.setenv("_VIGIE_COMPLETE", "bash_complete")

    result = CliRunner().invoke(main, prog_name="vigie")

    assert {line.partition(",")[2] for line in result.stdout.splitlines()} == offered
