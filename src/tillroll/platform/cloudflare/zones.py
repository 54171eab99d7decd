"""Time zones by the tables of the JavaScript engine: the Worker carries none of its own, which would grow old."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import js
from pyodide.ffi import JsException

from tillroll.platform.cloudflare.values import options
from tillroll.platform.local_time.zones import OffsetAt, UnknownZone

# "11/21/2026, GMT+05:30"; UTC itself is "GMT".
_OFFSET: Final = re.compile(r"GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$")


class EngineZones:
    """`Zones` on `Intl.DateTimeFormat`."""

    def offset_of(self, name: str) -> OffsetAt:
        try:
            form = js.Intl.DateTimeFormat.new("en-US", options(timeZone=name, timeZoneName="longOffset"))
        except JsException as error:
            raise UnknownZone(name) from error

        def offset(moment: datetime) -> timedelta:
            shown = str(form.format(js.Date.new(moment.replace(tzinfo=UTC).timestamp() * 1000)))
            found = _OFFSET.search(shown)
            if found is None:
                raise UnknownZone(name)
            sign, hours, minutes, seconds = found.groups()
            if sign is None:
                return timedelta(0)
            ahead = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
            return ahead if sign == "+" else -ahead

        return offset
