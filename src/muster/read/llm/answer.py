"""A response's bytes -> the items the model gives, each still to be checked; the server's words where there are none."""

import re
from typing import Any

import msgspec

from muster.errors import ModelError
from muster.read.llm.transport import Received

FENCE = re.compile(r"\s*```\w*\s*\n(?P<inside>.*?)\n?\s*```\s*", re.DOTALL)
THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
MALFORMED = (msgspec.DecodeError, ValueError, RecursionError)
LISTS = ("commitments", "statements")


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Reply(msgspec.Struct, frozen=True):
    choices: list[_Choice]


def content_of(received: Received, where: str) -> str:
    """The text of the first choice.

    Raises:
        ModelError: no JSON, JSON of another shape, no choice, a refusal, or an answer that was cut off.
    """
    try:
        reply = msgspec.json.decode(received.body, type=_Reply)
    except msgspec.ValidationError as error:
        words = told(received.body) or str(error)
        raise ModelError(f"JSON of another shape ({words})", where=where, expected="a chat completion") from None
    except MALFORMED:
        raise ModelError(f"the answer is no JSON ({received.kind})", where=where, expected="a chat completion") from None
    if not reply.choices:
        raise ModelError("the answer has no choices", where=where, expected="one choice with a message")
    return _chosen(reply.choices[0], where)


def _chosen(choice: _Choice, where: str) -> str:
    if choice.message.refusal:
        raise ModelError(f"the model refused: {_short(choice.message.refusal)}", where=where)
    if choice.finish_reason == "length":
        do = "let the server give longer answers, or take a model with room for more"
        raise ModelError("the answer was cut off (finish_reason length)", where=where, do=do)
    if not choice.message.content:
        raise ModelError(f"an empty answer (finish_reason {choice.finish_reason})", where=where, expected="a message's content")
    return choice.message.content


def items(content: str, where: str) -> tuple[list[Any], list[Any]]:
    """The commitments and the statements that a model's text lists, unchecked; a code fence around them is taken off.

    Raises:
        ModelError: the text is no JSON object of two lists.
    """
    bare = THOUGHT.sub("", content, count=1)
    fenced = FENCE.fullmatch(bare)
    try:
        found = msgspec.json.decode(fenced["inside"] if fenced else bare)
    except MALFORMED:
        raise ModelError(f"the model's text is no JSON: {_short(content)}", where=where, expected="records as JSON") from None
    lists = [found.get(name, []) for name in LISTS] if isinstance(found, dict) and set(LISTS) & set(found) else []
    if not lists or not all(isinstance(some, list) for some in lists):
        expected = "an object with the lists " + " and ".join(LISTS)
        raise ModelError(f"the model's JSON has another shape: {_short(content)}", where=where, expected=expected)
    return lists[0], lists[1]


def told(body: bytes) -> str:
    """What a server says of its error, in one short line; empty where it says nothing in JSON."""
    try:
        found: Any = msgspec.json.decode(body)
    except MALFORMED:
        return ""
    for name in ("error", "message"):
        found = found.get(name, found) if isinstance(found, dict) else found
    return _short(found) if isinstance(found, str) else ""


def _short(words: str) -> str:
    line = " ".join(words[:1000].split())
    return line if len(line) <= 200 else line[:199] + "…"
