"""Found before the real pip by `python3 -m pip`; whatever else is asked of pip is the real one's."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
