"""Annotation formats, read and written without loss: the native one and those of other tools."""

from framescope.data.formats.detect import detect_format
from framescope.data.formats.registry import FORMATS, Format, Imported, read_format, write_format

__all__ = ["FORMATS", "Format", "Imported", "detect_format", "read_format", "write_format"]
