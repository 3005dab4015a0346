"""How objects are shown: what IPython knows, plus the two kinds that E2B adds (JSON and table data)."""

import base64
import json
import sys

from IPython.core.formatters import BaseFormatter, JSONFormatter
from traitlets import ObjectName, Unicode

#: One value of one kind; a frame must stay below what the host reads.
MAX_TEXT = 4 * 1024 * 1024
MAX_BINARY = 12 * 1024 * 1024
MAX_TABLE_CELLS = 100_000
#: What the host takes of structured values: beyond, reading them costs it too much.
MAX_COMMAS = 200_000
MAX_DEPTH = 64
CUT = "\n… cut: {} more characters"


class TableData(BaseFormatter):
    """The columns of a DataFrame, as E2B gives them. Nothing is imported: without pandas there is no DataFrame."""

    format_type = Unicode("e2b/data")
    print_method = ObjectName("_repr_e2b_data_")
    _return_type = (dict, str)

    def __call__(self, obj):
        pandas = sys.modules.get("pandas")
        if pandas is None or not isinstance(obj, pandas.DataFrame) or obj.size > MAX_TABLE_CELLS:
            return super().__call__(obj)
        columns = obj.to_dict(orient="list")
        return {str(name): [_plain(value, pandas) for value in values] for name, values in columns.items()}


class Json(JSONFormatter):
    """Lists and dictionaries that JSON can express."""

    def __call__(self, obj):
        if isinstance(obj, (list, dict)):
            text = _as_json(obj)
            if text is not None:
                return json.loads(text)
        return super().__call__(obj)


def install(display_formatter):
    for kind in (TableData, Json):
        formatter = kind(parent=display_formatter)
        display_formatter.formatters[formatter.format_type] = formatter


def portable(data):
    """A mime bundle that fits into a frame, and the kinds that did not: binaries in base64, long text cut."""
    fitted = {mime: _fit(mime, value) for mime, value in data.items()}
    left_out = [mime for mime, value in fitted.items() if value is None]
    return {mime: value for mime, value in fitted.items() if value is not None}, left_out


def _fit(mime, value):
    if isinstance(value, bytes):
        value = base64.b64encode(value).decode()
    if not isinstance(value, str):
        text = _as_json(value)
        return None if text is None else json.loads(text)
    if not mime.startswith("text/"):
        return value if len(value) <= MAX_BINARY else None
    return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + CUT.format(len(value) - MAX_TEXT)


def _as_json(value):
    """Strict JSON of a bounded size, or None: NaN is no number to a browser, and what is not plain data has no JSON."""
    try:
        text = json.dumps(value, allow_nan=False) if _is_shallow(value, MAX_DEPTH) else ""
    except (TypeError, ValueError, RecursionError):
        return None
    return text if text and len(text) <= MAX_TEXT and text.count(",") <= MAX_COMMAS else None


def _is_shallow(value, depth):
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return True
    return depth > 0 and all(_is_shallow(each, depth - 1) for each in value)


def _plain(value, pandas):
    if isinstance(value, pandas.Timestamp):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
