"""Writers of the files of exports: from expenses to bytes, piece by piece. Pure, no I/O."""
