"""The published corpus: invented names only, and it is what its card says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InputError
from core.signals import Label, Span
from nlp.behaviour import read_cases
from nlp.data import CORPUS, LabelledText, read_labelled, to_row, write_labelled
from nlp.names import INVENTED_FILE, SWAPPED, read_names
from nlp.pairs import read_pairs
from nlp.publish import (
    corrected,
    main,
    problems,
    publish,
    read_corrections,
    real_names,
    statistics,
)

SOURCE = Path(__file__).parents[2].parent / "shared" / "corpus"
FILES = sorted(CORPUS.glob("*.jsonl"))


def row(text="Corvelle gagne 2 %", surface="Corvelle", start=0, **entity):
    return {
        "id": "a-1",
        "text": text,
        "lang": "fr",
        "label": "positive",
        "event": "market",
        "entities": [
            {"surface": surface, "label": "positive", "kind": "company", "start": start}
            | {"end": start + len(surface)}
            | entity
        ],
    }


def folder_of(tmp_path, *rows):
    (tmp_path / "a.jsonl").write_text("".join(f"{json.dumps(r)}\n" for r in rows), encoding="utf-8")
    return tmp_path


# The committed files


def test_nothing_stands_against_the_corpus():
    assert list(problems(CORPUS)) == []


def test_card_has_the_numbers_of_the_files():
    assert statistics(CORPUS) in (CORPUS / "README.md").read_text(encoding="utf-8")


def test_ids_are_unique():
    ids = [item.id for path in FILES for item in read_labelled(path)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_labels_are_those_of_the_source(path):
    if not SOURCE.is_dir():
        pytest.skip("the corpus with real names isn't at hand")
    if not (SOURCE / path.name).is_file():
        pytest.skip("written with invented names: it has no source")
    corrections = read_corrections()
    mine = read_labelled(path)
    theirs = [corrected(item, corrections) for item in read_labelled(SOURCE / path.name)]
    assert [without_names(item) for item in mine] == [without_names(item) for item in theirs]


def test_no_text_of_a_gate_is_learnt():
    pairs = [pair for path in CORPUS.glob("pairs/*.jsonl") for pair in read_pairs(path)]
    learnt = {item.text for path in FILES for item in read_labelled(path)}
    learnt |= {text for pair in pairs for text in (pair.fr, pair.en)}
    gate = Path(__file__).parents[1] / "gate" / "parallel.jsonl"
    rows = [json.loads(line) for line in gate.read_text(encoding="utf-8").splitlines()]
    asked = {text for row in rows for text in (row["fr"], row["en"])}
    asked |= {text for case in read_cases() for text, _ in case.texts}
    assert learnt & asked == set()
    assert len(asked) > 900


def test_every_correction_is_of_a_label_that_there_is():
    items = {item.id: item for path in FILES for item in read_labelled(path)}
    places = {
        (id_, of)
        for id_, item in items.items()
        for of in ["text", *map(str, range(len(item.entities)))]
    }
    asked = {(id_, of) for id_, labels in read_corrections().items() for of in labels}
    assert asked <= places


def test_a_correction_changes_what_it_names():
    span = Span(surface="Airbus", start=0, end=6)
    item = LabelledText(
        id="a",
        text="Airbus monte",
        lang="fr",
        label=Label.NEUTRAL,
        event=None,
        entities=((span, Label.NEUTRAL), (span, Label.NEGATIVE)),
    )
    found = corrected(item, {"a": {"text": Label.POSITIVE, "1": Label.POSITIVE}})
    assert (found.label, [label for _, label in found.entities]) == (
        Label.POSITIVE,
        [Label.NEUTRAL, Label.POSITIVE],
    )
    assert corrected(item, {"b": {"text": Label.POSITIVE}}) == item


def without_names(item):
    labels = tuple(label for _, label in item.entities)
    return replace(item, text="", entities=labels, kinds=())


def test_no_invented_name_contains_a_real_one():
    table = real_names()
    found = {
        place.surface
        for name in read_names(INVENTED_FILE)
        for place in table.find(name.surface)
        if place.kind in SWAPPED
    }
    assert found == set()


# Well-known names, listed here by hand: what the check must know


@pytest.mark.parametrize(
    "names",
    [
        pytest.param("LVMH TotalEnergies Sanofi Airbus L'Oréal Hermès BNP AXA", id="Paris"),
        pytest.param("Apple Microsoft Nvidia Amazon Alphabet Google Tesla Meta", id="New York"),
        pytest.param("SAP Siemens Allianz BASF Volkswagen BMW Adidas Bayer", id="Frankfurt"),
        pytest.param("AstraZeneca HSBC Unilever BP Tesco Vodafone Barclays", id="London"),
        pytest.param("KBC Solvay UCB Umicore Proximus Colruyt", id="Brussels"),
        pytest.param("Nestlé Novartis Roche UBS Swisscom Lonza", id="Zurich"),
        pytest.param("Managem Cosumar Addoha Akdital Marsa", id="Casablanca"),
        pytest.param("Toyota Sony SoftBank Nintendo Samsung TSMC Alibaba Tencent", id="Asia"),
        pytest.param("OpenAI DeepSeek Anthropic Mistral ByteDance", id="not listed"),
        pytest.param("CAC DAX Nasdaq Nikkei MASI bitcoin Ethereum Solana", id="indices, tokens"),
        pytest.param("Reuters Bloomberg AFP Musk Arnault Niel iPhone ChatGPT", id="others"),
    ],
)
def test_check_knows(names):
    known = {"BNP": "BNP Paribas", "Marsa": "Marsa Maroc", "Niel": "Xavier Niel"}
    table = real_names()
    missed = [n for n in names.split() if not list(table.find(known.get(n, n)))]
    assert missed == []


# The check


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(row("Airbus et Corvelle", start=10), "names Airbus", id="a real name"),
        pytest.param(row("AIRBUS et Corvelle", start=10), "names AIRBUS", id="in capitals"),
        pytest.param(row("Orange gagne", "Orange"), "lists Orange", id="a word, listed"),
        pytest.param(row(start=1, end=9), "Corvelle isn't at 1-9", id="offset"),
        pytest.param(row(kind=""), "Corvelle has no kind", id="kind"),
    ],
)
def test_check_finds(tmp_path, given, problem):
    assert list(problems(folder_of(tmp_path, given))) == [f"a.jsonl: a-1: {problem}"]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(row(), id="invented"),
        pytest.param(row("Orange sur Corvelle", start=11), id="a word"),
        pytest.param(row("Corvelle vaut un euro", start=0), id="a currency"),
        pytest.param(row("Corvelle, M&A Roundup"), id="a phrase that contains a name"),
    ],
)
def test_check_lets_pass(tmp_path, given):
    assert list(problems(folder_of(tmp_path, given))) == []


# Making it


def test_publish_is_repeatable_and_clean(tmp_path):
    source, first, second = (tmp_path / name for name in ("source", "first", "second"))
    for folder in (source, first, second):
        folder.mkdir()
    texts = [row("d'Airbus, leCAC 40 et surBouygues", "Airbus", 2), row("Visa bondit", "Visa")]
    folder_of(source, *({**t, "id": f"a-{n}"} for n, t in enumerate(texts)))
    publish(source, first)
    publish(source, second)
    written = [(folder / "a.jsonl").read_bytes() for folder in (first, second)]
    assert written[0] == written[1]
    assert list(problems(first)) == []


def test_names_depend_on_the_id(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    given = row("Airbus monte", "Airbus")
    folder_of(source, *({**given, "id": f"a-{n}"} for n in range(20)))
    publish(source, target)
    assert len({item.text for item in read_labelled(target / "a.jsonl")}) > 1


def test_written_items_read_back(tmp_path):
    (item,) = read_labelled(folder_of(tmp_path, row()) / "a.jsonl")
    write_labelled(tmp_path / "b.jsonl", [item])
    assert read_labelled(tmp_path / "b.jsonl") == [item]
    assert to_row(item) == row()


def test_unknown_labels_are_left_out():
    item = LabelledText(id="x", text="a", lang="", label=None, event=None, entities=())
    assert to_row(item) == {"id": "x", "text": "a", "entities": []}


# The command line


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        pytest.param(row(), 0, "nothing stands against it", id="clean"),
        pytest.param(row("Airbus, Corvelle", start=8), 1, "names Airbus", id="a real name"),
    ],
)
def test_command_checks(tmp_path, capsys, given, code, said):
    folder = folder_of(tmp_path, given)
    assert main(["--out", str(folder), "--check"]) == code
    assert said in capsys.readouterr().out


def test_command_publishes_and_counts(tmp_path, capsys):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    folder_of(source, row("Airbus monte", "Airbus"))
    assert main(["--from", str(source), "--out", str(target), "--table"]) == 0
    assert "| `a.jsonl` | 1 | 1 | 0 | 1 | 0 | 0 | 1 | 1 | 0 | 0 |" in capsys.readouterr().out


def test_command_says_what_it_lacks(tmp_path, capsys):
    assert main(["--out", str(tmp_path), "--check"]) == InputError.exit_code
    assert "holds no .jsonl file" in capsys.readouterr().err


def test_every_entity_of_the_corpus_has_a_known_kind():
    kinds = {kind for path in FILES for item in read_labelled(path) for kind in item.kinds}
    assert kinds <= SWAPPED | {"commodity", "currency", "bond", "body"}
