"""Articles in Parquet files, a batch at a time, in memory that does not depend on the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.columns import Columns, to_article
from framescope.data.articles.fields import NEWEST, OLDEST
from framescope.data.articles.tables import Mapped, choose_in, needed
from framescope.data.errors import InputError
from framescope.data.meter import meter

_BATCH_ROWS = 1024
_BATCH_BYTES = 16 * 1024 * 1024
_PAGES = 1024 * 1024
_LARGEST_GROUP = 256 * 1024 * 1024
_LARGEST_MEAN = 256 * 1024
_BOUNDS = (datetime(OLDEST, 1, 1, tzinfo=UTC), datetime(NEWEST, 12, 31, tzinfo=UTC))


def read_parquet(path: Path, name: str, mapping: Mapped) -> Iterator[Article | Reject]:
    """One article a row; only the columns that are needed are read, a batch at a time.

    A row group that cannot be read is one reject, which names its rows; the rest is read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # With a buffer, pages stream; without, a column of a whole row group is read at once.
        table = pq.ParquetFile(path, buffer_size=_PAGES)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"cannot read it as Parquet: {error}", path=path) from error
    with table:
        names = [name for field in table.schema_arrow for name in _names(field)]
        columns = choose_in(path, names, mapping)
        end = 0
        for group in range(table.num_row_groups):
            row, end = end, end + table.metadata.row_group(group).num_rows
            try:
                for record in _records(table, group, needed(columns)):
                    row += 1
                    yield _article(record, columns, f"{name}:{row}")
            except (pa.ArrowException, OSError) as error:
                where = f"rows {row + 1} to {end}"
                yield Reject(where, f"{name}:{row + 1}", f"cannot read {where}: {error}")


def _article(record: dict[str, Any] | Exception, columns: Columns, place: str) -> Article | Reject:
    if isinstance(record, Exception):
        return Reject(place, place, f"cannot read the row: {record}")
    return to_article(record, columns, place)


def _names(field: Any, above: str = "") -> Iterator[str]:
    """The name of a column, or those of the fields in it."""
    import pyarrow as pa

    if pa.types.is_struct(field.type):
        for i in range(field.type.num_fields):
            yield from _names(field.type.field(i), f"{above}{field.name}.")
    else:
        yield above + field.name


def _records(table: Any, group: int, columns: list[str]) -> Iterator[dict[str, Any] | Exception]:
    """Rows of a row group, and what is wrong with those that are no values of Python."""
    import pyarrow as pa

    about = table.metadata.row_group(group)
    total = sum(_sizes(about, columns))
    mean = max(1, total // max(1, about.num_rows))
    # A page is read as a whole, and writers put up to a thousand values on one, of any size.
    if total > _LARGEST_GROUP and mean > _LARGEST_MEAN:
        raise pa.ArrowInvalid(f"each holds {mean // 1024:,} KiB on average, too much for articles")
    rows = max(1, min(_BATCH_ROWS, _BATCH_BYTES // mean))
    on_disk = sum(about.column(i).total_compressed_size for i in range(about.num_columns))
    for batch in table.iter_batches(rows, row_groups=[group], columns=columns):
        yield from _values(_dated(batch))
        meter.bytes += on_disk * len(batch) // max(1, about.num_rows)


def _sizes(about: Any, columns: list[str]) -> Iterator[int]:
    """Decompressed bytes of the columns of a row group, of those that are needed."""
    for i in range(about.num_columns):
        path = about.column(i).path_in_schema
        if any(path == name or path.startswith(f"{name}.") for name in columns):
            yield about.column(i).total_uncompressed_size


def _values(batch: Any) -> list[Any]:
    try:
        return list(batch.to_pylist())
    except (ValueError, OverflowError) as error:  # text that is not UTF-8, times beyond Python's
        if len(batch) == 1:
            return [error]
        return [value for i in range(len(batch)) for value in _values(batch.slice(i, 1))]


def _dated(batch: Any) -> Any:
    """The batch with days for dates and times; those out of bounds, as no Python has, are null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for i, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            low, high = (_scalar(bound, field.type) for bound in _BOUNDS)
            column = batch.column(i)
            inside = pc.and_(pc.greater_equal(column, low), pc.less_equal(column, high))
            kept = pc.if_else(inside, column, pa.scalar(None, field.type))
            batch = batch.set_column(i, field.name, kept.cast(pa.date32(), safe=False))
    return batch


def _scalar(moment: datetime, kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_date(kind):
        return pa.scalar(moment.date(), kind)
    return pa.scalar(moment if kind.tz else moment.replace(tzinfo=None), kind)
