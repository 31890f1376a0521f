"""Reports: a file -> its text -> proposed commitments and statements with the words they rest on."""

from muster.read.load import Decoded, Loaded, decode, load_bytes, load_report
from muster.read.reading import READ, Reading, read

__all__ = ["READ", "Decoded", "Loaded", "Reading", "decode", "load_bytes", "load_report", "read"]
