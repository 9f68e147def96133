import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import one_line, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("Nvidia perd 17 %", "Nvidia perd 17 %", id="no-break space"),
        pytest.param("7\u202f906,58 points", "7 906,58 points", id="narrow no-break space"),
        pytest.param("9,48&nbsp;%&nbsp;; puis", "9,48 % ; puis", id="no-break entities"),
        pytest.param("l’IA « gagne »", "l’IA « gagne »", id="typographic marks stay"),
        pytest.param("<p>Un.</p><p>Deux.</p>", "Un.\nDeux.", id="paragraphs"),
        pytest.param("Un<br>Deux<br/>Trois", "Un\nDeux\nTrois", id="line breaks"),
        pytest.param("<ul><li>un</li><li>deux</li></ul>", "un\ndeux", id="list"),
        pytest.param("<tr><td>12</td><td>34</td></tr>", "12 34", id="cells"),
        pytest.param("<b>N</b>vidia <i>+3</i>%", "Nvidia +3%", id="inline markup"),
        pytest.param("one\n  line\tonly", "one line only", id="line breaks of the source"),
        pytest.param("a<script>b()</script> c<style>d</style>", "a c", id="script and style"),
        pytest.param("a <svg><title>b</title></svg>c", "a c", id="drawing"),
        pytest.param('a<img src="p.gif" alt="b">c', "ac", id="pixel"),
        pytest.param("a<!-- <b>no</b> --> b", "a b", id="comment"),
        pytest.param("a<!-- b", "a", id="open comment"),
        pytest.param("<![CDATA[<b>a</b> b]]>", "a b", id="CDATA within CDATA"),
        pytest.param("<![if x]>a<![endif]>", "<![if x]>a<![endif]>", id="no markup at all"),
        pytest.param("&lt;p&gt;AT&amp;amp;T&lt;/p&gt;", "AT&T", id="escaped twice"),
        pytest.param("l&amp;#8217;IA &eacute; &#xE9;", "l’IA é é", id="numeric entities"),
        pytest.param("AT&T, R&D, S&P 500", "AT&T, R&D, S&P 500", id="ampersands"),
        pytest.param("P/E < 10 > 5, a<b", "P/E < 10 > 5, a<b", id="less than"),
        pytest.param("<p>P/E < 10</p>", "P/E < 10", id="less than within markup"),
        pytest.param("</p>a</script>", "a", id="ends of what never began"),
        pytest.param("a\x00b\u200bc\ufeff\u202ed", "abcd", id="control and formatting"),
        pytest.param("a\ud800b &#xD800;", "ab \ufffd", id="half a surrogate pair"),
        pytest.param("a \u200b b", "a b", id="space around what is dropped"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_plain_text(markup, text):
    assert plain_text(markup) == text


def test_one_line():
    assert one_line("<p>Un.</p><p>Deux.</p>") == "Un. Deux."


PIECES = st.sampled_from(
    [
        *'<p> </p> <script> </script> <!-- --> <![ ]]> <![CDATA[ <!x <? "'.split(),
        *"> /> &amp; &#x &lt; ; a <".split(),
        "<a b='",
        " ",
        "\x1e",
        "\u202f",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_markup_gives_readable_text(markup):
    categories = {unicodedata.category(c) for c in plain_text(markup).replace("\n", "")}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "&", "<a '", "</a", "<![CDATA[", "<?x", "<p>"]
)
def test_hostile_markup_takes_no_time(piece):
    plain_text(piece * (200_000 // len(piece)))
