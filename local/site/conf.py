"""How Sphinx builds the site. `python -m local.site` gives the version."""

project = "Tillroll"
project_copyright = "Tillroll's authors"
extensions = ["myst_parser"]
# Links lead to headings by GitHub's names, so that a page reads the same there.
myst_heading_anchors = 6
myst_enable_extensions = ["tasklist"]
# Examples leave something out by "…", which no language has.
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "furo"
html_title = "Tillroll"
html_short_title = "Tillroll"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
