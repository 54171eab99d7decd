"""A body as JSON, where it is that and no danger to whoever reads it."""

import json

from tillroll.platform.json import DEEPEST, Json, load, nesting


def parsed(body: bytes) -> Json:
    """The document.

    Raises:
        ValueError: it is no JSON in UTF-8, nested too deeply, or has numbers or text that JSON cannot hand on; the
            message says which, and quotes nothing of it.
    """
    if nesting(body) > DEEPEST:
        raise ValueError(f"the body is nested more than {DEEPEST} levels deep")
    try:
        document = load(body.decode())
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeDecodeError as error:
        raise ValueError("the body is no text in UTF-8") from error
    except UnicodeEncodeError as error:
        raise ValueError("some text of the body has half of a surrogate pair") from error
    except ValueError as error:
        raise ValueError("the body is no JSON: let the sender send application/json") from error
    return document
