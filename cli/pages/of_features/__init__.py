"""What features tell the page of themselves, found by the names of these modules.

`PAGE_MODULES` has modules of public/js, each by its path with the function that writes it.
`LARGEST_BYTES` says how large its files may be that the page sends, by what the page calls them.
"""
