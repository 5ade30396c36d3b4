BLOG_TITLE = "x"
SITE_URL = "https://example.org/"
