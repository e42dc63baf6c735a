"""The launcher's state: typed fields in, sentences out; no widget, no engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hostnet_lab.core.errors import BadRequest, Taken
from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.facts import ContainerFacts, Listener
from hostnet_lab.core.launcher.fields import Fields, LauncherState, Reply, Sight, first_line, url_of
from hostnet_lab.core.launcher.panels import panels
from hostnet_lab.core.launcher.steps import answered, begun, done, edited, failed, looked, plan, seen, status_line

from .specimens import ODD, container, listens, ours, published

RUNS = container("my-server")
EXITED = container("my-server", status="exited", exit_code=1)


def state(*containers: ContainerFacts, listeners: tuple[Listener, ...] = (), log: str = "", **fields: str) -> LauncherState:
    return LauncherState(Fields(**fields), Sight(containers, listeners, ours=ours(*containers), log=log))  # type: ignore[arg-type]


def outlook(of: LauncherState) -> str:
    return "\n".join(f"{heading}: {said}" for heading, said in plan(of).outlook)


def panel(of: LauncherState, title: str) -> str:
    return dict(panels(of))[title]


def test_the_plan_shows_both_voices_as_fields_are_edited() -> None:
    after = edited(state(), network="bridge", publish="8210:80")
    assert plan(after).cli == "docker run -d --name my-server -p 8210:80 nginx"
    assert plan(after).sdk == "client.containers.run('nginx', detach=True, name='my-server', ports={'80/tcp': 8210})"


def test_a_discarded_port_and_the_place_of_the_answer_are_foreseen() -> None:
    said = outlook(state(publish="8080:80"))
    assert "Discarded: -p 8080:80" in said and "Answers: It will answer on http://localhost:80" in said


def test_a_taken_port_is_foreseen_with_its_owner() -> None:
    other = container("webserver")
    assert "held by container webserver" in outlook(state(other, listeners=(listens(80, other),)))


def test_a_container_of_ours_with_that_name_is_spoken_of_once() -> None:
    said = outlook(state(RUNS, listeners=(listens(80, RUNS),)))
    assert said.count("\n") == 0 and "Stop and Remove work on it" in said


def test_a_missing_image_is_foreseen() -> None:
    before = state()
    assert "has no image nginx" in outlook(replace(before, sight=replace(before.sight, image_here=False)))


def test_several_ports_may_be_published() -> None:
    request = Fields(network="bridge", publish=" 8210:80, 127.0.0.1:8211:80 [::1]:8212:80 ").request()
    assert request.publish == (Publish(8210, 80), Publish(8211, 80, "127.0.0.1"), Publish(8212, 80, "::1"))


@pytest.mark.parametrize("odd", [*ODD, "", " "])
@pytest.mark.parametrize("key", ["image", "name", "network", "publish"])
def test_odd_text_in_a_field_is_a_sentence_and_starts_nothing(key: str, odd: str) -> None:
    after = edited(state(), **{key: odd})
    if key == "publish" and not odd.strip():
        return  # nothing to publish is a fair request
    assert plan(after).error.startswith("Tried: ")
    pressed = begun(after, "start")
    assert not pressed.busy and not pressed.commands
    assert pressed.fields == after.fields and "Next:" in pressed.status


@pytest.mark.parametrize("publish", ["80", "x:y", "0:80", "65536:80", "1.2.3:80:80", "<b>:80:80", "8080:80/udp", "\uff18\uff10:80"])
def test_a_wrong_port_is_refused_with_the_rule(publish: str) -> None:
    with pytest.raises(BadRequest):
        Fields(publish=publish).request()


def test_a_button_writes_its_command_down_before_it_runs() -> None:
    pressed = begun(state(), "start")
    assert pressed.busy == "Starting my-server ..." and not pressed.can_start
    assert pressed.commands[0].splitlines()[0] == "docker run -d --network host --name my-server nginx"


def test_remove_is_forced_in_words_only_where_it_is_in_deed() -> None:
    assert begun(state(RUNS), "remove").commands[0].startswith("docker rm -f my-server\n")
    assert begun(state(EXITED), "remove").commands[0].startswith("docker rm my-server\n")


def test_buttons_follow_the_container() -> None:
    found = [(one.can_start, one.can_stop, one.can_remove) for one in (state(), state(RUNS), state(EXITED))]
    assert found == [(True, False, False), (True, True, True), (True, False, True)]


def test_an_error_becomes_the_status_and_the_fields_stay() -> None:
    pressed = begun(state(name="taken"), "start")
    after = failed(pressed, Taken("port 80", "held by webserver", "stop it"))
    assert after.status == "Tried: port 80\nFound: held by webserver\nNext:  stop it"
    assert after.fields == pressed.fields and after.can_start


def test_a_start_says_that_it_runs_and_who_answered() -> None:
    started = done(begun(state(), "start"), "start", "my-server", state(RUNS).sight, ["Published ports are discarded"])
    assert started.status == "my-server runs.\nThe engine warns: Published ports are discarded."
    after = answered(started, "my-server", Reply("http://localhost:80", 200, "my-server", "hello"))
    assert after.status.startswith("my-server runs. GET http://localhost:80: 200. my-server answered")
    assert panel(after, "HTTP answer").endswith("\nhello")


@pytest.mark.parametrize("server", ["webserver", None])
def test_another_server_is_never_taken_for_ours(server: str | None) -> None:
    after = answered(state(RUNS), "my-server", Reply("http://localhost:80", 200, server, "hello"))
    assert "NOT my-server answered" in panel(after, "HTTP answer")


def test_a_stop_that_was_asked_for_is_told_without_the_log() -> None:
    after = done(
        begun(state(RUNS), "stop"),
        "stop",
        "my-server",
        state(container("my-server", status="exited"), log="bye").sight,
    )
    assert after.status == "my-server stopped, exit code 0."


def test_what_was_begun_is_told_by_its_own_name_though_the_form_was_edited() -> None:
    busy = edited(begun(state(), "start"), name="other")
    after = answered(done(busy, "start", "my-server", state(RUNS).sight), "my-server", Reply("u", 200, "my-server", "x"))
    assert after.status == "my-server runs." and after.reply is None and not after.busy


def test_an_exit_after_the_start_is_told_with_code_and_last_log_lines() -> None:
    log = "one\nbind() to 0.0.0.0:80 failed\nstill could not bind()"
    after = seen(state(RUNS), state(EXITED, log=log).sight)
    assert after.status.startswith("my-server exited with code 1. Its log ends:\n")
    assert "still could not bind()" in after.status


def test_a_container_that_removed_itself_is_told_with_its_code() -> None:
    before = state(container("my-server", auto_remove=True))
    after = seen(before, state().sight, {"my-server": 1})
    assert after.status == "my-server is gone. It ended with exit code 1. --rm removed it, and its log with it."


def test_the_removal_after_an_exit_is_added_to_what_was_told() -> None:
    exited = container("my-server", status="exited", exit_code=1, auto_remove=True)
    told = seen(state(container("my-server", auto_remove=True)), state(exited, log="bye").sight)
    assert seen(told, state().sight).status.endswith("Its log ends:\nbye\n--rm removed it, and its log with it.")
    assert seen(state(EXITED), state().sight).status == "my-server was removed."


def test_a_look_that_was_asked_for_says_what_it_found() -> None:
    assert looked(replace(state(RUNS), status="Tried: ...")).status == "my-server runs."
    assert looked(state(EXITED)).status == "my-server exited with code 1."
    assert looked(state()).status == "Looked: there is no container called my-server."


def test_a_look_while_a_button_works_leaves_the_status_alone() -> None:
    pressed = begun(state(RUNS), "stop")
    assert seen(pressed, state(EXITED).sight).status == pressed.status


def test_another_name_forgets_answer_and_log() -> None:
    before = answered(state(RUNS, log="secret"), "my-server", Reply("u", 200, "my-server", "x"))
    after = edited(before, name="other")
    assert after.reply is None and panel(after, "Log, last 10 lines") == "(nothing)"
    assert panel(after, "State") == "There is no container called other."


def test_a_stranger_is_named_as_such() -> None:
    stranger = container("my-server", labels={})
    assert "not the lab's" in panel(state(stranger), "State") and not state(stranger).ours


def test_inspect_facts_prove_the_shared_namespace() -> None:
    said = panel(state(RUNS), "What docker inspect says")
    assert "none: it uses the host's" in said and "ends in /default: the host's network namespace" in said
    said = panel(state(published("my-server", 8210)), "What docker inspect says")
    assert "172.17.0.2" in said and "0.0.0.0:8210:80, [::]:8210:80" in said


def test_where_a_container_is_asked() -> None:
    moved = container("moved", exposed=())
    assert url_of(RUNS, ()) == "http://localhost:80"
    assert url_of(moved, [listens(8081, moved)]) == "http://localhost:8081"
    assert url_of(published("back", 8210), ()) == "http://localhost:8210"
    assert url_of(container("plain", "bridge"), ()) == "http://172.17.0.2:80"
    assert url_of(container("mute", "none", addresses=()), ()) == ""


def test_the_first_line_tells_pages_apart() -> None:
    assert first_line("<!DOCTYPE html>\n<title>Hi\n there</title>") == "<!DOCTYPE html>\ntitle: Hi there"
    assert first_line(" \n") == "" and len(first_line("x" * 10_000)) == 200


def test_the_status_line_is_never_empty() -> None:
    assert status_line(state()) == "Nothing was run yet."
    assert status_line(edited(replace(begun(state(), "start"), busy=""), name="x2")) == "Edited: nothing was run since."
