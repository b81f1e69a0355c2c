"""`parley …`: the command line.

Only what `--help` needs is imported at the top; each command imports its own parts, so that asking for
help doesn't load a model. Sentences for people go to stderr, what a script reads goes to stdout.
Exit codes: 0 done, 1 something asked for was not right (a bad line, a fault found), 2 it could not be done.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# Typer carries its own Click, and gives out only some of its errors under public names.
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer.core import TyperGroup

from ingestion.options import Duplicates, LoadOptions
from retriever.errors import InputError, ModelMissing, ParleyError, SettingsError, TooManyRejects
from ui.bench import bench
from ui.exits import FAILED, INTERRUPTED, OVER_BUDGET, PARTIAL
from ui.saying import say

if TYPE_CHECKING:
    from chatbot.build import Parley
    from chatbot.settings import Settings

_STDIN = "-"
_READABLE = (
    "CSV, TSV, JSON, JSON lines, a product feed (RSS, Atom, TSV), schema.org JSON-LD or a Shopify export, "
    "also gzipped; or Parquet. - reads standard input. Or a database: sqlite:///shop.db"
)


class _SpokenGroup(TyperGroup):
    """Turns errors that are meant for people into one sentence and an exit code; others keep their trace."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        try:
            return super().make_context(*arguments, **more)
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            say(_usage(error))
            raise typer.Exit(FAILED) from error

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            say(_usage(error))
            raise typer.Exit(FAILED) from error
        except ParleyError as error:
            say(str(error))
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            # Who read our output has gone (`… | head`). Python would complain again when it closes stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from error
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            say(f"the system refused{where}: {error.strerror or error}; `parley doctor` checks the disk")
            raise typer.Exit(FAILED) from error


app = typer.Typer(
    cls=_SpokenGroup,
    name="parley",
    help="A conversational recommender for any catalogue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(bench)


def main() -> None:
    """The console script."""
    app()


def _usage(error: UsageError) -> str:
    """What was wrong with the command, and where its options are listed."""
    message = error.format_message().rstrip(".")
    command = error.ctx.command_path if error.ctx else "parley"
    return f"{message[:1].lower()}{message[1:]}; `{command} --help` lists what it takes"


def _settings(**overrides: Any) -> Settings:
    from chatbot.settings import load_settings
    from retriever.offline import go_offline

    go_offline()
    return load_settings(**{name: value for name, value in overrides.items() if value is not None})


def _build(settings: Settings) -> Parley:
    from chatbot.build import build

    return build(settings)


@app.command()
def ingest(
    file: Annotated[str | None, typer.Argument(help=_READABLE)] = None,
    catalogue: Annotated[str, typer.Option("--catalogue", "-c", help="The name to load it as.")] = "",
    table: Annotated[str, typer.Option(help="The table of a database that holds the items.")] = "",
    query: Annotated[str, typer.Option(help='Or what to ask it: "SELECT …".')] = "",
    map_file: Annotated[
        Path | None, typer.Option("--map", help="A mapping in TOML that overrides guesses.")
    ] = None,
    save_map: Annotated[
        Path | None, typer.Option(help="Write the mapping that was used to this file.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Items that the file no longer has leave the catalogue.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build the index anew, even if nothing changed.")
    ] = False,
    max_rejects: Annotated[
        int | None, typer.Option(min=0, help="Change nothing, and end with 3, if more rows are refused.")
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for another load of the catalogue to end.")
    ] = 0.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what each column would become; load nothing.")
    ] = False,
    duplicates: Annotated[
        Duplicates, typer.Option(help="Whether items that are the same stay apart, or become one.")
    ] = Duplicates.KEEP,
    pictures: Annotated[
        Path | None,
        typer.Option(
            help="A folder of pictures, named as the file names them or by the items' ids (id.jpg, id.png …)."
        ),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the catalogues that come with Parley.")] = False,
    mapping_schema: Annotated[
        bool, typer.Option("--mapping-schema", help="Print the JSON Schema of a mapping, for editors.")
    ] = False,
) -> None:
    """Load a file as a catalogue, or bring a catalogue to what its file holds now.

    Ends with 0 if every row was loaded, 1 if some were refused, 2 if nothing could be done, 3 if more were
    refused than --max-rejects allows.
    """
    if mapping_schema:
        import json

        from ingestion.mapping import mapping_schema as schema_of

        print(json.dumps(schema_of(), indent=2, ensure_ascii=False))
        return
    if demo == (file is not None) or (file is not None and not (catalogue or dry_run)):
        say("give a FILE with --catalogue NAME, or --demo")
        raise typer.Exit(FAILED)
    from ui import ingesting

    options = LoadOptions(prune or demo, rebuild, max_rejects, wait, duplicates)
    if file is None:
        raise typer.Exit(ingesting.run_demo(options, _settings(), _build))
    order = ingesting.Order(file, catalogue, table, query, map_file, save_map, pictures)
    if dry_run:
        ingesting.propose(order)
        return
    raise typer.Exit(ingesting.run(order, options, _settings(), _build))


@app.command()
def history(
    file: Annotated[
        Path, typer.Argument(help=f"Rows of who did what with which item, or a MovieLens folder. {_READABLE}")
    ],
    catalogue: Annotated[str, typer.Option("--catalogue", "-c", help="The catalogue that it is about.")],
    relations: Annotated[
        bool, typer.Option("--relations", help="The file says who is related to whom: friends, followers.")
    ] = False,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="What the columns and kinds are, in TOML, over guesses.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="What was kept earlier and isn't in the file is forgotten.")
    ] = False,
    max_rejects: Annotated[
        int | None,
        typer.Option(min=0, help="Change nothing, and end with 3, if more rows are refused or unknown."),
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for another load of the catalogue to end.")
    ] = 0.0,
) -> None:
    """Load who did what, so that ranking knows what people like; or who is related to whom.

    Ends with 0 if every row counts, 1 if some were refused or are about items that aren't there, 2 if nothing
    could be done, 3 if there are more of those than --max-rejects allows.
    """
    from ingestion.history.columns import HistoryMap, read_history_map
    from ingestion.history.report import HistoryOptions
    from ingestion.spool import spooled
    from ui import history as histories

    mapping = read_history_map(map_file) if map_file else HistoryMap()
    options = HistoryOptions(mapping, replace, relations, max_rejects, wait)
    parley = _build(_settings())
    try:
        if str(file) == _STDIN:
            with spooled(sys.stdin.buffer) as spool:
                report = histories.load(parley, spool, catalogue, options)
        else:
            report = histories.load(parley, file, catalogue, options)
    except TooManyRejects as error:
        say(str(error))
        raise typer.Exit(OVER_BUDGET) from error
    finally:
        parley.close()
    raise typer.Exit(PARTIAL if report.partial else 0)


@app.command()
def forget(
    person: Annotated[str, typer.Argument(help="Their id, as the history's file has it.")],
    catalogue: Annotated[str, typer.Option("--catalogue", "-c", help="The catalogue whose history it is.")],
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for another load of the catalogue to end.")
    ] = 0.0,
) -> None:
    """Erase a person: what they did, wrote and said, and who is related to them; 1 if there was nothing."""
    from ui import history as histories

    parley = _build(_settings())
    try:
        sentence, erased = histories.forget(parley, person, catalogue, wait)
    finally:
        parley.close()
    say(sentence)
    raise typer.Exit(0 if erased else PARTIAL)


@app.command()
def catalogues(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """List the loaded catalogues."""
    from ui import terminal

    parley = _build(_settings())
    try:
        infos = parley.catalogues()
    finally:
        parley.close()
    if as_json:
        import json

        print(json.dumps([terminal.catalogue_json(info) for info in infos], ensure_ascii=False))
    elif infos:
        terminal.print_catalogues(infos)
    else:
        say("no catalogue is loaded; run `parley ingest --demo`, or `parley ingest FILE --catalogue NAME`")


@app.command()
def vocabulary(
    catalogue: Annotated[str, typer.Argument(help="The catalogue whose words are asked for.")],
    facet: Annotated[str, typer.Option(help="Only this facet.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """List the values of a catalogue's facets, with what else people may call them."""
    from ui.vocabulary import print_vocabulary

    parley = _build(_settings())
    try:
        print_vocabulary(parley, catalogue, facet, as_json=as_json)
    finally:
        parley.close()


@app.command()
def chat(
    catalogue: Annotated[str, typer.Option("--catalogue", "-c", help="What to talk about.")],
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help='Each line of stdin is a message, or {"session": NAME, "text": …}; one JSON a turn.',
        ),
    ] = False,
) -> None:
    """Talk in the terminal, or run a script of messages."""
    from chatbot.build import check_chat_model
    from ui import dialogue, scripted

    if sys.stdin is None or sys.stdout is None:
        raise InputError(
            "there is no input or no output; open both, such as `parley chat … < lines > answers`"
        )
    parley = _build(_settings())
    try:
        try:
            check_chat_model(parley.settings)
        except ModelMissing as error:
            say(f"{error}; until then replies are plain sentences")
        if as_json:
            # A script gets the same words whether the models were loaded a moment ago or not.
            parley.warm_up(wait=True)
            lines = scripted.capped(sys.stdin.buffer)
            bad = scripted.run(parley.chatbot, catalogue, lines, sys.stdout)
            raise typer.Exit(1 if bad else 0)
        parley.warm_up()
        dialogue.run(parley.chatbot, catalogue)
    finally:
        parley.close()


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; this machine only unless you say.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    allowed_host: Annotated[
        list[str] | None, typer.Option(help="A name under which people reach this server; may be repeated.")
    ] = None,
) -> None:
    """Serve the page and the API."""
    from ui import serving

    settings = _settings(host=host, port=port)
    names = tuple(allowed_host or ())
    serving.check_address(settings.host, settings.port, names)
    parley = _build(settings)
    try:
        serving.serve(parley, names)
    finally:
        parley.close()


@app.command(name="eval")
def evaluate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Dialogue scripts (YAML), or folders of them.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Processes.")] = 1,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only dialogues with this tag; may be repeated.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here: one file.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="Write the run here, to compare with later.")] = None,
    against: Annotated[Path | None, typer.Option(help="Compare with a run that --jsonl wrote.")] = None,
    strict_latency: Annotated[bool, typer.Option(help="Latency budgets fail, too.")] = False,
    schema: Annotated[bool, typer.Option(help="Print the JSON Schema of a script, for editors.")] = False,
) -> None:
    """Run dialogue scripts: 0 all is well, 1 an expectation failed, 2 a broken script, 3 the environment."""
    if schema:
        import json

        from chatbot.evaluation.script import json_schema

        print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    if not paths:
        raise InputError("name a script or a folder of scripts: `parley eval PATH…`")
    from ui import evaluating

    try:
        settings = _settings()
    except SettingsError as error:
        say(str(error))
        raise typer.Exit(evaluating.UNFIT) from error
    outputs = evaluating.Outputs(junit, html, jsonl, against)
    code = evaluating.run(
        settings, paths, outputs, jobs=jobs, tags=tuple(tag or ()), strict_latency=strict_latency
    )
    raise typer.Exit(code)


@app.command()
def widget(
    origin: Annotated[
        list[str] | None, typer.Option(help="A site that may show it: https://shop.example; repeatable.")
    ] = None,
    catalogue: Annotated[
        str, typer.Option("--catalogue", "-c", help="What it may talk about; needed if several are loaded.")
    ] = "",
    address: Annotated[
        str, typer.Option(help="Where browsers reach this server: https://parley.shop.example")
    ] = "",
    list_keys: Annotated[bool, typer.Option("--list", help="List the keys that were made.")] = False,
    revoke: Annotated[str, typer.Option(metavar="KEY-ID", help="End a key.")] = "",
) -> None:
    """Make a key for a site of yours, and print the tag that puts the widget on its pages."""
    from ui.widget import issuing

    if [bool(origin), list_keys, bool(revoke)].count(True) != 1:
        raise InputError("give one of --origin https://shop.example, --list, --revoke KEY-ID")
    settings = _settings()
    cautions: list[str] = []
    if list_keys:
        lines = issuing.listed(settings.data_dir)
    elif revoke:
        lines = issuing.revoked(settings.data_dir, revoke)
    else:
        parley = _build(settings)
        try:
            lines, cautions = issuing.issued(parley, tuple(origin or ()), catalogue, address)
        finally:
            parley.close()
    print("\n".join(lines))
    for sentence in cautions:
        say(sentence)


@app.command()
def record(
    session: Annotated[
        str, typer.Argument(help="Its id, or the beginning of its number in the list; without it, the list.")
    ] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the script here.")] = None,
    name: Annotated[str, typer.Option(help="What the dialogue is called.")] = "",
) -> None:
    """Write a dialogue script from a conversation that was held, or list the latest."""
    from ui import recording

    parley = _build(_settings())
    try:
        recording.record(parley, session, output, name)
    finally:
        parley.close()


@app.command()
def profile(
    session: Annotated[
        str, typer.Argument(help="Its id, or the beginning of its number in the list of `parley record`.")
    ],
    evolution: Annotated[
        bool, typer.Option("--evolution", help="How the interests went, turn by turn, instead.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the JSON here.")] = None,
) -> None:
    """Show or export what is known of the person in a conversation, and why."""
    from ui import profiles

    parley = _build(_settings())
    try:
        profiles.show(parley, session, evolution=evolution, as_json=as_json, output=output)
    finally:
        parley.close()


@app.command()
def replay(
    scripts: Annotated[list[Path], typer.Argument(help="Dialogue scripts, or folders of them.")],
) -> None:
    """Go through scripts and print what is said; 1 where something did not hold."""
    from ui import recording

    parley = _build(_settings())
    try:
        held = recording.replay(parley, scripts)
    finally:
        parley.close()
    raise typer.Exit(0 if held else 1)


@app.command()
def trace(
    session: Annotated[str, typer.Argument(help="Its id, or the beginning of its number.")],
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each turn.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Repeat it from its acts; 1 where a turn would be another now.")
    ] = False,
) -> None:
    """Show how each turn of a conversation came about: acts, profile, rankings, versions."""
    from ui import tracing

    parley = _build(_settings())
    try:
        same = tracing.trace(parley, session, as_json=as_json, check=check)
    finally:
        parley.close()
    raise typer.Exit(0 if same else 1)


@app.command()
def doctor(
    measure_encoding: Annotated[
        bool,
        typer.Option(
            "--measure-encoding", help="Measure what encodes a catalogue fastest here, and keep it."
        ),
    ] = False,
) -> None:
    """Check the installation; each fault comes with the command that mends it."""
    from ui import terminal
    from ui.doctor import check_all, measure_paths

    settings = _settings()
    if measure_encoding:
        measure_paths(settings)
    checks = check_all(settings)
    terminal.print_checks(checks)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


if __name__ == "__main__":
    main()
