"""One request in three voices, and Docker's rules for its values."""

from __future__ import annotations

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.host.commands import Publish, RunRequest


def test_the_default_request_is_the_guides_own_command() -> None:
    assert RunRequest().cli() == "docker run -d --network host --name webserver nginx"


def test_the_python_voice_is_a_call_that_python_can_read() -> None:
    request = RunRequest("nginx", "a-b", "bridge", (Publish(8080, 80, "127.0.0.1"),), labels={"k": "it's"})
    text = request.sdk()
    compile(text, "sdk", "eval")
    assert text == (
        "client.containers.run('nginx', detach=True, name='a-b', ports={'80/tcp': ('127.0.0.1', 8080)}, labels={'k': \"it's\"})"
    )


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert str(Publish(8080, 80, "::1")) == "[::1]:8080:80"


def test_two_host_ports_for_one_container_port_are_kept_in_every_voice() -> None:
    request = RunRequest(network="bridge", publish=(Publish(8080, 80), Publish(8081, 80)))
    assert "-p 8080:80 -p 8081:80" in request.cli()
    assert "{'80/tcp': [8080, 8081]}" in request.sdk()
    places = request.payload()["HostConfig"]["PortBindings"]["80/tcp"]
    assert [place["HostPort"] for place in places] == ["8080", "8081"]


def test_the_command_line_quotes_what_a_shell_would_split() -> None:
    assert RunRequest(command=("sh", "-c", "echo $HOME; ls")).cli().endswith("nginx sh -c 'echo $HOME; ls'")


@pytest.mark.parametrize("name", ["", "ab", "web_server-1.2", "A1"])
def test_a_name_that_docker_takes_is_taken(name: str) -> None:
    assert RunRequest(name=name).validated().name == name


@pytest.mark.parametrize("name", ["a", "-web", "web server", "wéb", "<b>x</b>", "a/b", "名前", "x" * 10 + "\n" + "y", "'; rm -rf /"])
def test_a_name_that_docker_refuses_is_refused_with_the_rule(name: str) -> None:
    with pytest.raises(BadRequest, match="letter or a digit"):
        RunRequest(name=name).validated()


@pytest.mark.parametrize("image", ["nginx", "nginx:1.27", "localhost:5000/a/b_c:x", "registry.example/o/n@sha256:" + "a" * 64])
def test_an_image_reference_that_docker_takes_is_taken(image: str) -> None:
    assert RunRequest(image).validated().image == image


@pytest.mark.parametrize("image", ["", "Nginx", "nginx:", "ng inx", "--privileged", "a//b", "nginx:a:b", "<img>", "a@sha256:12"])
def test_an_image_reference_that_docker_refuses_is_refused(image: str) -> None:
    with pytest.raises(BadRequest, match="lower case"):
        RunRequest(image).validated()


def test_a_network_that_reads_like_an_option_is_refused() -> None:
    with pytest.raises(BadRequest):
        RunRequest(network="--privileged").validated()


@pytest.mark.parametrize(
    ("text", "publish"),
    [
        ("8080:80", Publish(8080, 80)),
        ("127.0.0.1:8080:80", Publish(8080, 80, "127.0.0.1")),
        (" 1:65535 ", Publish(1, 65535)),
        ("[::1]:80:80", Publish(80, 80, "::1")),
    ],
)
def test_a_published_port_is_read(text: str, publish: Publish) -> None:
    assert Publish.parse(text) == publish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "80",
        "a:b",
        "0:80",
        "8080:65536",
        "8080:",
        ":80",
        "-1:80",
        "8080:80/udp",
        "٨٠:80",
        "9" * 99 + ":80",
        "<b>:80:80",
        "localhost:80:80",
    ],
)
def test_a_published_port_outside_the_rule_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        Publish.parse(text)


def test_an_error_says_what_was_tried_found_and_next() -> None:
    with pytest.raises(BadRequest) as caught:
        Publish.parse("8080:99999")
    text = str(caught.value)
    assert "99999" in text and "1 to 65535" in text and text.startswith("Tried: ") and "\nNext:  " in text
