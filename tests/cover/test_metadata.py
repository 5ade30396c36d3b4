"""What picture files say of themselves: our own packets, and those of others."""

from __future__ import annotations

import pytest

from blogcovers.cover import metadata

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class TestTexts:
    @pytest.mark.parametrize(
        "entries", [{}, {0x0131: "software"}, {0x0131: "even", 0x0110: "a model", 0x013B: "an artist"}]
    )
    def test_come_back_as_they_went(self, entries: dict[int, str]) -> None:
        assert metadata.texts(metadata.exif(entries)) == entries
        assert metadata.texts(b"Exif\0\0" + metadata.exif(entries)) == entries


class TestSourceType:
    @pytest.mark.parametrize("kind", metadata.SOURCE_TYPES.values())
    def test_of_our_own_packet(self, kind: str) -> None:
        assert metadata.source_type(metadata.xmp(kind)) == kind

    @pytest.mark.parametrize(
        ("packet", "kind"),
        [
            (f'<rdf:Description Iptc4xmpExt:DigitalSourceType="{SOURCE}digitalCapture"/>', "digitalCapture"),
            (f"<Iptc4xmpExt:DigitalSourceType>\n {SOURCE}humanEdits</Iptc4xmpExt:DigitalSourceType>", "humanEdits"),
            (f"<e:DigitalSourceType rdf:resource='{SOURCE}digitalArt'/>", "digitalArt"),
        ],
    )
    def test_of_anothers(self, packet: str, kind: str) -> None:
        assert metadata.source_type(packet.encode()) == f"{SOURCE}{kind}"

    @pytest.mark.parametrize(
        "packet", [b"", b"<x/>", b"DigitalSourceType", f"<a>{SOURCE}x</a>".encode(), b"DigitalSourceType='http://a/b'"]
    )
    def test_where_none_is_named(self, packet: bytes) -> None:
        assert metadata.source_type(packet) == ""
