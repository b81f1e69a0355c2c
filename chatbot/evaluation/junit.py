"""A run as JUnit XML, which every CI reads."""

from __future__ import annotations

import re
from pathlib import Path

from junitparser import Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from chatbot.evaluation.outcomes import Run, Status

# What XML 1.0 cannot hold at all, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(run: Run, path: Path) -> None:
    """One test suite, one test case a dialogue; an expected failure counts as skipped, with its reason."""
    suite = TestSuite("parley eval")
    properties = Properties()
    for name, value in run.depends.items():
        properties.add_property(Property(name, value))
    suite.append(properties)
    for outcome in run.outcomes:
        case = TestCase(_plain(f"{outcome.dialogue} [{outcome.catalogue}]"), _plain(outcome.path))
        case.time = outcome.seconds
        if outcome.status is Status.FAILED:
            first = outcome.failures[0]
            told = "\n".join(
                f"{outcome.path}:{failure.line}: {failure.expected}: {failure.seen}"
                for failure in outcome.failures
            )
            failure = Failure(_plain(f"{first.expected}: {first.seen}"), "expectation")
            failure.text = _plain(told)
            case.result = [failure]
        elif outcome.status is Status.UNEXPECTED_PASS:
            case.result = [Failure("it passes now: take `expected_to_fail` out", "strict")]
        elif outcome.status is Status.EXPECTED_FAILURE:
            case.result = [Skipped(_plain(outcome.expected_to_fail))]
        suite.add_testcase(case)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    xml.write(str(path), pretty=True)


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
