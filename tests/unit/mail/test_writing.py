"""A mail's words: the same as text and HTML, escaped, in one line each, bounded."""

from tillroll.mail.service import Paragraph, as_html, as_text, subject_line, write
from tillroll_testing.host.platform import HostPlatform

_HOSTILE = Paragraph(
    '<script>alert("x")</script>\r\nBcc: all@example.com', 'https://till.test/"><b>'
)


def test_what_somebody_typed_is_no_markup() -> None:
    html = as_html([_HOSTILE])
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_a_subject_is_one_line_and_bounded() -> None:
    assert subject_line("One\r\nBcc: all@example.com") == "One Bcc: all@example.com"
    assert len(subject_line("x" * 1000)) == 120


def test_both_have_the_same_words_and_links() -> None:
    paragraphs = [Paragraph("Hello Ann,"), Paragraph("It failed.", "https://till.test/runs/run_1")]
    assert as_text(paragraphs) == "Hello Ann,\n\nIt failed.\nhttps://till.test/runs/run_1\n"
    assert 'href="https://till.test/runs/run_1"' in as_html(paragraphs)


def test_a_long_sentence_is_cut() -> None:
    assert len(as_text([Paragraph("x" * 10_000)])) == 501


async def test_a_mail_is_written_in_the_readers_language(host: HostPlatform) -> None:
    paragraphs = [
        Paragraph("Hello Ann,"),
        Paragraph("2 expenses wait for your approval: 1,234.50 EUR", "https://till.test/approvals"),
        Paragraph(
            "You get this mail because you chose it:",
            "https://till.test/settings/notices",
            "Change it",
        ),
    ]
    subject, text, html = await write(
        host.platform, "2 notices for you (Ann & Co)", paragraphs, "de"
    )
    english = await write(host.platform, "2 notices for you (Ann & Co)", paragraphs, None)
    assert text.startswith("Guten Tag Ann,\n\n2 Ausgaben warten auf Ihre Genehmigung: 1.234,50")
    assert subject == "2 Mitteilungen für Sie (Ann & Co)"
    assert '<html lang="de">' in html
    assert ">Ändern</a>" in html
    assert english[1].startswith("Hello Ann,\n\n2 expenses wait")
