"""Files as received -> the reports they are and their text: plain text, Markdown, web pages, PDF and mail.

A new kind of file is one module with an ``extract(data)`` here, its line in ``apart.EXTRACTORS`` and its suffixes in
``kinds.KINDS``.
"""

from muster.read.load.files import Loaded, check_published, load_bytes, load_report
from muster.read.load.text import Decoded, decode

__all__ = ["Decoded", "Loaded", "check_published", "decode", "load_bytes", "load_report"]
