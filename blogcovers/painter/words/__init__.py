"""Words: what a concept asks for. The lists are text files, one a language, for people who speak it to correct.

`lists` reads them, `translation` finds a word in other languages, `vocabulary` says what a word means, `brief` what a
whole concept asks for. Nothing here draws, and nothing else of the painter is imported.
"""
