"""The inbox for a browser: plain pages, in which a mail's HTML can do nothing but be looked at and
lead away.
"""

from collections.abc import Sequence
from html import escape

from local.mail.counterpart import Email

_STYLE = (
    "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 "
    "1rem;line-height:1.5}"
    "li{margin:.75rem 0}iframe{width:100%;height:24rem;border:1px solid "
    "#888}pre{white-space:pre-wrap}"
    "form{display:inline}small{color:#555}"
)


def inbox_page(emails: Sequence[Email]) -> str:
    """All mail, newest first."""
    lines = "".join(
        f'<li><a href="/inbox/{escape(email.id)}">{escape(email.subject)}</a><br>'
        f"<small>to {escape(', '.join(email.to))}, {escape(email.created_at)}, "
        f"{escape(email.last_event)}</small></li>"
        for email in emails
    )
    content = (
        f"<ul>{lines}</ul>"
        if lines
        else "<p>Nothing yet. What Tillroll mails comes here, and nowhere else.</p>"
    )
    return _page("Mail of this machine", content)


def mail_page(email: Email) -> str:
    """One mail: its text, and its HTML as a reader would show it."""
    frame = (
        '<iframe title="As HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" '
        f'srcdoc="{_framed(email)}">'
    )
    acts = "".join(
        (
            f'<form method="post" action="/inbox/{escape(email.id)}/{kind}"><button>{label}'
            "</button></form> "
        )
        for kind, label in (("bounced", "Let it bounce"), ("complained", "Report it as spam"))
    )
    answers = ""
    if email.reply_to:
        answers = f"Answers go to {escape(', '.join(email.reply_to))}<br>"
    files = "".join(
        f'<a href="/inbox/{escape(email.id)}/files/{escape(file.filename)}">'
        f"{escape(file.filename)}</a><br>"
        for file in email.attachments
    )
    content = (
        f'<p><a href="/">All mail</a></p><p>From {escape(email.sender)}<br>To '
        f"{escape(', '.join(email.to))}<br>{answers}{files}"
        f"<small>{escape(email.created_at)}, {escape(email.last_event)}</small></p>"
        f"{frame}</iframe><h2>As text</h2><pre>{escape(email.text)}</pre><p>{acts}</p>"
    )
    return _page(email.subject, content)


def _framed(email: Email) -> str:
    return escape(
        email.html.replace("<head>", "", 1).replace("<a ", '<a target="_blank" rel="noopener" ')
    )


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{content}"
        "</html>"
    )
