"""The report of the example archive in a real browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from framescope.data.corpus_files import EXAMPLE_ARCHIVE, SHIPPED_CORPUS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
#: A tag without an end survives the cleaning of fields and would be live in a careless page.
EVIL = "<img src=x onerror=\"document.title='owned'\" </script"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the example archive and one hostile article."""
    folder = tmp_path_factory.mktemp("report")
    lines = EXAMPLE_ARCHIVE.read_text(encoding="utf-8").splitlines()
    hostile = {
        "id": EVIL, "outlet": EVIL, "url": "javascript:document.title='owned'", "title": EVIL,
        "published": "2023-03-03",
        "text": f"\U0001f680 Iran sends {EVIL} drones and shells to the Russian army for its war.",
    }  # fmt: skip
    archive = folder / "archive.jsonl"
    archive.write_text("\n".join([*lines, json.dumps(hostile)]) + "\n", encoding="utf-8")
    corpus = sorted(SHIPPED_CORPUS.glob("*.jsonl"))[:3]
    program = Path(sys.executable).with_name("framescope")
    for arguments in (
        ["train", "--model", "linear", "--corpus", *corpus, "--output", folder / "bundle"],
        ["score", archive, "--bundle", folder / "bundle", "--output", folder / "scored"],
        ["compare", folder / "scored", "--output", folder / "report.html",
         "--explain-with", folder / "bundle"],
    ):  # fmt: skip
        subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
    return folder / "report.html"


@pytest.fixture
def page(report: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("request", lambda r: page.faults.append(r.url) if r.url != page.url else None)
        page.goto(report.as_uri())
        page.faults.clear()
        page.reload()
        yield page
        browser.close()


def test_the_report_stands_alone_and_shows_its_charts(page: Any) -> None:
    assert page.title().startswith("Framescope report: Framing and stance")
    assert page.locator("figure.chart svg").count() == 3
    assert page.locator("#evidence tbody tr").count() > 10
    assert [fault for fault in page.faults if not fault.startswith("file:")] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1200


def test_a_number_leads_to_its_sentences(page: Any) -> None:
    link = page.locator("tr.whole td.n a").first
    count = int(link.inner_text())
    link.click()
    assert page.locator("#found").inner_text().startswith(f"{count} of ")
    assert page.locator("#evidence tbody tr").count() == min(count, 50)
    assert page.locator("#f-outlet").input_value() != "-"


def test_a_mark_in_a_chart_leads_to_its_sentences(page: Any) -> None:
    href = page.locator("figure.chart svg a").first.get_attribute("xlink:href")
    assert href.startswith("#/")
    page.evaluate("h => { location.hash = h }", href)
    page.wait_for_function("document.getElementById('f-frame').value !== '-'")


def test_words_filter_the_sentences(page: Any) -> None:
    page.fill("#f-words", "zzzz")
    assert page.locator("#found").inner_text().startswith("0 of ")
    assert page.locator("#evidence tbody tr").count() == 0


def test_hostile_text_stays_text(page: Any) -> None:
    assert page.locator("img").count() == 0
    assert page.title() != "owned"
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.get_by_text("onerror", exact=False).count() > 0


def test_the_words_that_carry_a_frame_are_marked(page: Any) -> None:
    page.fill("#f-words", "Iran sends drones")
    row = page.locator("#evidence tbody tr").first
    sentence = row.locator("td").nth(2)
    marks = sentence.locator("mark").all_inner_texts()
    assert marks
    # An astral character before the words would shift offsets that count UTF-16 units.
    assert all(mark.isalpha() for mark in marks)
    assert sentence.inner_text().startswith("\U0001f680 Iran sends <img")
    named = " ".join(row.locator(".why").all_inner_texts())
    assert all(mark in named for mark in marks)


def test_a_chosen_frame_shows_its_own_words(page: Any) -> None:
    both = page.locator("#evidence tbody tr").filter(has=page.locator(".tag:nth-of-type(3)"))
    assert both.count() > 0
    text = both.first.locator("td").nth(2).inner_text()
    for frame in range(page.locator("#f-frame option").count() - 1):
        page.select_option("#f-frame", str(frame))
        row = page.locator("#evidence tbody tr").filter(has_text=text)
        title = page.locator("#f-frame option").nth(frame + 1).inner_text()
        if not row.count():
            continue
        spans = row.first.locator("td").nth(3).locator("span").all_inner_texts()
        own = spans[[s.startswith(title) for s in spans].index(True) + 1]
        marks = row.first.locator("td").nth(2).locator("mark").all_inner_texts()
        assert all(mark in own for mark in marks)


def test_a_phone_can_read_it(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
