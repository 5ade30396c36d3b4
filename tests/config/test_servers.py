"""The servers' addresses are URLs without secrets; credentials come from elsewhere and are shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_site import read, site

from blogcovers.config import Access, Options, load
from blogcovers.config.servers import SERVER_VARIABLE
from blogcovers.errors import ConfigError, UsageError


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "server"),
        [
            ("127.0.0.1:8188", "http://127.0.0.1:8188"),
            ("gpu", "http://gpu"),
            ("http://gpu:8188/", "http://gpu:8188"),
            ("https://gpu/comfy/", "https://gpu/comfy"),
            ("  http://gpu  ", "http://gpu"),
            ("http://[::1]:8188", "http://[::1]:8188"),
            ("http://gpu_2.lan:8188", "http://gpu_2.lan:8188"),
            ("http://bücher.example", "http://bücher.example"),
        ],
    )
    def test_an_address_becomes_a_url(self, tmp_path: Path, address: str, server: str) -> None:
        assert read(site(tmp_path), server=(address,)).servers.addresses == (server,)

    @pytest.mark.parametrize(
        "address",
        [
            "http://",
            "ftp://gpu",
            "file:///etc",
            "://gpu",
            "http://:8188",
            "gpu:port",
            "gpu:99999",
            "gpu:0",
            "http://[::1",
            "not a url",
            "http://not a url:8188",
            "http://gpu:8188/a b",
            "http://gpu!:8188",
        ],
    )
    def test_what_is_no_address_is_refused(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(UsageError, match="no URL") as caught:
            read(site(tmp_path), server=(address,))
        assert "8188" in caught.value.hint

    @pytest.mark.parametrize(
        "address",
        [
            "http://ana:secret@gpu",
            "ana:secret@gpu",
            "ftp://ana:secret@gpu",
            "ana:secret@gpu:99999",
            "http://gpu:8188/?token=secret",
            "http://gpu:8188/#secret",
        ],
    )
    def test_a_password_in_an_address_is_refused_and_not_repeated(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(UsageError) as caught:
            read(site(tmp_path), {SERVER_VARIABLE: address})
        assert "secret" not in str(caught.value)


class TestAccess:
    """Credentials come from the environment or a file, and are shown nowhere."""

    def access(self, root: Path, **environment: str) -> Access:
        return load(Options(content=root / "content"), environment).servers.access

    @pytest.mark.parametrize(
        ("environment", "headers"),
        [
            ({}, {}),
            ({"BLOGCOVERS_TOKEN": " abc "}, {"Authorization": "Bearer abc"}),
            ({"BLOGCOVERS_USER": "ana", "BLOGCOVERS_PASSWORD": "s:e"}, {"Authorization": "Basic YW5hOnM6ZQ=="}),
            (
                {"BLOGCOVERS_HEADERS": "CF-Access-Client-Id: a\nCF-Access-Client-Secret: b:c\n"},
                {"CF-Access-Client-Id": "a", "CF-Access-Client-Secret": "b:c"},
            ),
        ],
        ids=["none", "token", "user", "pair"],
    )
    def test_from_the_environment(self, tmp_path: Path, environment: dict[str, str], headers: dict[str, str]) -> None:
        assert self.access(site(tmp_path), **environment).headers == headers

    def test_from_a_file(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'comfyui.headers_file = "secret/headers.txt"')
        (root / "secret").mkdir()
        (root / "secret/headers.txt").write_text("# mine\nX-API-Key: abc\n", encoding="utf-8")
        assert self.access(root).headers == {"X-API-Key": "abc"}

    def test_a_line_that_is_no_header_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            self.access(site(tmp_path), BLOGCOVERS_HEADERS="X-A: b\nhush-hush\n")
        assert "line 2" in str(caught.value)
        assert "hush" not in str(caught.value)

    def test_is_shown_nowhere(self, tmp_path: Path) -> None:
        root = site(tmp_path)
        config = load(Options(content=root / "content"), {"BLOGCOVERS_TOKEN": "hush"})
        assert config.servers.access.headers
        assert "hush" not in repr(config)
        assert "hush" not in repr(config.servers.access)

    def test_a_ca_file(self, tmp_path: Path) -> None:
        root = site(tmp_path, '[comfyui]\nca_file = "ca.pem"\n')
        (root / "ca.pem").touch()
        assert self.access(root).ca_file == str(root / "ca.pem")

    def test_download_hosts(self, tmp_path: Path) -> None:
        hosts = '["*.amazonaws.com", "minio", "cdn.example:9000"]'
        root = site(tmp_path, f"[comfyui]\ndownload_hosts = {hosts}\n")
        assert self.access(root).download_hosts == ("*.amazonaws.com", "minio", "cdn.example:9000")

    @pytest.mark.parametrize("host", ["*", "*.", "https://cdn.example", "a.*.example", "cdn.example/path", "a b", ""])
    def test_what_is_no_download_host(self, tmp_path: Path, host: str) -> None:
        with pytest.raises(ConfigError, match="download_hosts"):
            self.access(site(tmp_path, f'[comfyui]\ndownload_hosts = ["{host}"]\n'))

    @pytest.mark.parametrize("value", ["snow \u2603", "\u0100", "a\x07b"])
    def test_a_header_that_cannot_be_sent(self, tmp_path: Path, value: str) -> None:
        with pytest.raises(ConfigError, match="line 2, holds what no header can carry") as caught:
            self.access(site(tmp_path), BLOGCOVERS_HEADERS=f"X-A: fine\nX-B: {value}")
        assert value not in str(caught.value)
        assert caught.value.exit_code == 2

    def test_a_ca_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"CA file .*nowhere\.pem"):
            self.access(site(tmp_path), BLOGCOVERS_CA_FILE="nowhere.pem")
