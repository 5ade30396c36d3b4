PATH = "content"
SITEURL = "https://example.org"
STATIC_PATHS = ["images"]
