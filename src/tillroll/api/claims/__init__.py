"""Claims over HTTP: asked for, listed, shown; paid, disputed, corrected and withdrawn."""
