"""Reports: a file -> its text -> proposed commitments and statements with the words they rest on."""

from muster.read.load import Decoded, Loaded, decode, load_bytes, load_report
from muster.read.reading import Reading, read

__all__ = ["Decoded", "Loaded", "Reading", "decode", "load_bytes", "load_report", "read"]
