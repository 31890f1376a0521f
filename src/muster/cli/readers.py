"""Who reads: the rules or a language model; the options for it, and what the two are shown to differ in."""

import json
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from muster.cli.terminal import warn
from muster.records import Report

if TYPE_CHECKING:
    from muster.read import Reading
    from muster.read.llm import Model


class Reader(StrEnum):
    """Who reads a report."""

    RULES = "rules"
    LLM = "llm"


ReaderOption = Annotated[
    Reader, typer.Option("--reader", metavar="rules|llm", help="Who reads; llm sends the report to --endpoint.")
]
Endpoint = Annotated[
    str,
    typer.Option(
        metavar="URL", help="The base address of an OpenAI-compatible interface, for example http://127.0.0.1:8080/v1."
    ),
]
ModelName = Annotated[str, typer.Option("--model", metavar="NAME", help="The model to ask there; the key is MUSTER_API_KEY's.")]
Timeout = Annotated[float, typer.Option(min=0.01, metavar="SECONDS", help="How long to wait for one answer of the model.")]
TIMEOUT = 300.0
LONGEST = 86_400.0
TRIES = 3  # a question may take as long as so many answers, with the waits between its tries


def model_of(endpoint: str, name: str, timeout: float) -> "Model":
    """The model that the options name, with what to know of it said before anything is sent.

    Raises:
        typer.BadParameter: an option is missing.
        ModelError: one cannot be used.
    """
    from muster.read.llm import Patience, model_at

    if not endpoint or not name:
        raise typer.BadParameter("a language model needs --endpoint URL and --model NAME")
    if not timeout <= LONGEST:  # not so for "nan" either
        raise typer.BadParameter(f"--timeout is at most {LONGEST:g} seconds")
    model = model_at(endpoint, name, os.environ, Patience(timeout=timeout, deadline=TRIES * timeout))
    warn(model.warnings)
    return model


def reader_of(reader: Reader, endpoint: str, name: str, timeout: float) -> "Callable[[str, Report], Reading]":
    """The function that reads as the options say; without ``--reader llm`` nothing is sent, so an endpoint is a mistake."""
    from functools import partial

    from muster.read import read

    if reader is Reader.LLM:
        from muster.read.llm import read_with_model

        return partial(read_with_model, model=model_of(endpoint, name, timeout))
    if endpoint or name:
        raise typer.BadParameter("--endpoint and --model go with --reader llm, --compare or --dump-prompt")
    return read


def prompts(paths: Sequence[Path], published: str, name: str) -> str:
    """What would be posted for each report, a line of JSON for each question, byte for byte; nothing is sent."""
    from muster.read import load_report
    from muster.read.llm import Model, questions

    model, told = Model("", name or "NAME"), list[str]()
    for path in paths:
        loaded = load_report(path, published=published)
        bodies = [json.dumps(body) + "\n" for _, body in questions(loaded.text, loaded.report, model)]
        warn([] if bodies else [f"{path}: not in English, so nothing of it is sent"])
        told += bodies
    return "".join(told)


def compared(paths: Sequence[Path], published: str, model: "Model", style: str, console: Console) -> str:
    """Where the rules and a model differ on each report, as a table, JSON lines or CSV."""
    from muster.cli.differences import differences
    from muster.read import load_report, read
    from muster.read.llm import Difference, compare, read_with_model

    found: list[tuple[Report, tuple[Difference, ...]]] = []
    for path in paths:
        one = load_report(path, published=published)
        ours, theirs = read(one.text, one.report), read_with_model(one.text, one.report, model)
        warn(f"{path}: {words}" for words in dict.fromkeys((*one.warnings, *ours.warnings, *theirs.warnings)))
        found.append((one.report, compare(ours, theirs)))
    return differences(found, style, console)
