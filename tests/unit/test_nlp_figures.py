"""Text in, compared figures out."""

import pytest

from core.signals import Span
from nlp.encoding import TextEncoder
from nlp.figures import Comparison, comparisons
from nlp.scorer import BUNDLED

UP, DOWN, SAME = 1, -1, 0


def ways(text):
    return [compared.way for compared in comparisons(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("un bénéfice de 8,1 M€, contre 12,4 M€ un an plus tôt", [DOWN], id="contre"),
        pytest.param("un bénéfice de 12,4 M€, contre 8,1 M€ un an plus tôt", [UP], id="turned"),
        pytest.param("sales of EUR 13.1 mn, compared to EUR 8.7 mn in 2007", [UP], id="compared"),
        pytest.param("marge de 31 %, après 31 % un an auparavant", [SAME], id="same"),
        pytest.param(
            "La dette passe de 800 à 350 millions d'euros", [DOWN], id="one scale for two"
        ),
        pytest.param("from $3.2 billion to $980 million", [DOWN], id="scales"),
        pytest.param("980 millions d'euros, contre 1,1 milliard", [DOWN], id="French scales"),
        pytest.param("target cut to $26 from $31", [DOWN], id="to from"),
        pytest.param("EPS of 43 cents; FactSet consensus 29 cents", [UP], id="consensus"),
        pytest.param("45 M€ alors que les analystes en attendaient 52", [DOWN], id="expected"),
        pytest.param("the rate was 4.1%, prior month was 4.3%", [DOWN], id="was"),
        pytest.param(
            "net sales EUR 71.2 mn (66.8), EBIT EUR 4.1 mn (5.9)", [UP, DOWN], id="brackets"
        ),
        pytest.param("1 234 salariés contre 1.198", [UP], id="thousands, French"),
        pytest.param("12,345 units against 9,876", [UP], id="thousands, English"),
        pytest.param("1 250,50 euros contre 1 250,75 euros", [DOWN], id="thousands and cents"),
        pytest.param("0,512 contre 0,498", [UP], id="three decimals"),
        pytest.param("EUR0 .25 from EUR0 .10", [UP], id="space before the decimals"),
        pytest.param("a profit of 3, against -1 a year ago", [UP], id="minus"),
    ],
)
def test_figures_that_are_compared(text, expected):
    assert ways(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("perte nette de 3 M€, contre une perte de 9 M€", UP, id="smaller loss"),
        pytest.param("perte nette de 9 M€, contre 3 M€", DOWN, id="greater loss"),
        pytest.param("perte de 3 M€, contre un bénéfice de 9 M€", DOWN, id="loss after profit"),
        pytest.param("a profit of $1m, from a loss of $9m", UP, id="profit after loss"),
        pytest.param("from a loss of $9m to a profit of $1m", UP, id="profit after loss, told so"),
    ],
)
def test_a_loss_is_less_than_nothing(text, expected):
    assert ways(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Le titre gagne 3 %, à 12 euros", id="another measure"),
        pytest.param("12 M€ contre 3 % de plus", id="a share and an amount"),
        pytest.param("sales of 12 million in 2024, after 2023", id="years"),
        pytest.param("12 usines fermées après 30 ans", id="duration"),
        pytest.param("the register is closed from 3 to 5 June", id="dates"),
        pytest.param("Bénéfice de 12 M€. La marge était de 9 M€", id="two sentences"),
        pytest.param("12 M€" + " très" * 20 + " contre 9 M€", id="too far apart"),
        pytest.param("3 200 salariés, 4 usines, 2 laboratoires", id="a list"),
        pytest.param("pas de chiffre", id="none"),
    ],
)
def test_figures_that_are_not_compared(text):
    assert comparisons(text) == []


def test_a_comparison_ends_with_its_second_figure():
    text = "8,1 M€, contre 12,4 M€ un an plus tôt"
    assert comparisons(text) == [Comparison(text.index(" un an"), DOWN)]


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder(BUNDLED)


def pieces(encoder, text, spans=(), *, limit=64):
    [encoded] = encoder.encode([text], [spans], limit=limit)
    return encoded


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        pytest.param("8 M€ contre 12 M€ en mai", "8 M€ contre 5 M€ en mai", id="French"),
        pytest.param("up to 8 from 5 in May", "up to 8 from 8 in May", id="English"),
    ],
)
def test_a_token_tells_which_way_it_went(encoder, text, turned):
    one, other = pieces(encoder, text), pieces(encoder, turned)
    assert len(one.ids) == len(other.ids)
    assert sum(a != b for a, b in zip(one.ids, other.ids, strict=True)) == 2  # figure and way


def test_a_span_after_a_compared_figure_covers_its_own_tokens(encoder):
    name, text = "Valmeria", "8 M€, contre 12 M€, chez Valmeria"
    span = Span(surface=name, start=text.index(name), end=len(text))
    found, plain = (
        pieces(encoder, t, [s])
        for t, s in (
            (text, span),
            (f"chez {name}", Span(surface=name, start=5, end=5 + len(name))),
        )
    )
    assert [found.ids[i] for i in found.spans[0]] == [plain.ids[i] for i in plain.spans[0]]


def test_a_text_that_is_cut_keeps_within_the_limit(encoder):
    encoded = pieces(encoder, "8 M€ contre 12 M€ " * 20, limit=24)
    assert len(encoded.ids) == 24
