"""Pelican's config. Links are relative, so that the site is right wherever its folder is served."""

PLUGINS = ["blogcovers"]

SITENAME = "The painted wall"
MOTTO = "Notes on pictures that come from a sentence"
SITEURL = "https://example.org/wall"
PUBLIC_URL = SITEURL  # with RELATIVE_URLS, templates see SITEURL as "..": og:image wants the whole address
RELATIVE_URLS = True
TIMEZONE = "UTC"
DEFAULT_LANG = "en"

PATH = "content"
FILENAME_METADATA = r"(?:\d{4}-\d\d-\d\d-)?(?P<slug>.*)"
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"

THEME = "theme"
THEME_STATIC_PATHS = ["style.css"]
DIRECT_TEMPLATES = ["index"]
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
