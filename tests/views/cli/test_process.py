"""The real command in processes of its own: entry point, pipes, NO_COLOR, an interrupt. Few, for each start takes about a second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "hexameter"]
SCRIPT = Path(sys.executable).with_name("hexameter")


def _run(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HEXAMETER_HOME": str(home), **more}
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=environment, check=False)


def test_the_home_of_the_environment_and_the_exit_status(worked: Path) -> None:
    done = _run("kpis", "--campaign", "glowday", "--as-of", "2025-08-01", "--json", home=worked)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    wrong = _run("campaign", "show", "glowdy", home=worked)
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (2, "", "unknown campaign 'glowdy'. Did you mean glowday?\n")


def test_the_installed_script_is_the_same_command(worked: Path) -> None:
    done = subprocess.run([SCRIPT, "--home", worked, "campaign", "list", "--json"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"slug": "glowday"' in done.stdout


def test_a_reader_that_goes_away_is_no_error(worked: Path) -> None:
    line = f'{sys.executable} -m hexameter formats --home {worked} | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("0", "141")


def test_no_color_on_a_terminal(worked: Path) -> None:
    import pty

    primary, secondary = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "xterm-256color"}
    done = subprocess.run(
        [*COMMAND, "campaign", "list", "--home", worked], stdout=secondary, stderr=subprocess.PIPE, env=environment, check=False
    )
    os.close(secondary)
    shown = os.read(primary, 65536).decode()
    os.close(primary)
    assert done.returncode == 0
    assert "glowday" in shown and "\x1b[3" not in shown and "\x1b[9" not in shown


def test_an_interrupt_ends_with_one_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "endless.csv"
    os.mkfifo(pipe)
    program = "import time\nfrom hexameter.views.cli.run import run\nimport sys\n"
    program += "def connect(**_):\n    print('ready', flush=True)\n    time.sleep(60)\n"
    program += "sys.exit(run(['status'], connect, '0'))"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stderr
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "\nInterrupted. Nothing is half-stored: run the same command again to finish.\n"
