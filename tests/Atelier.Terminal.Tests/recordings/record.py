#!/usr/bin/env python3
"""Records real programs in a pseudo-terminal, for the emulator's tests.

Run as root on Linux: ./record.py [name...]. Each recording is one gzip file: a line of JSON
({"name", "columns", "rows", "resizes": [[offset, columns, rows], ...]}), then the program's raw output.
Programs run in name spaces of their own, as host "demo" with only their own processes to see, in a made-up home.
"""
import fcntl, gzip, json, os, pty, select, shutil, signal, struct, subprocess, sys, termios, time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = "/home/demo"
LIMIT = 600_000
ESC, UP, DOWN, RIGHT, LEFT, PGDN = "\x1b", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[6~"


def type_(*keys, gap=0.12):
    return [(gap, key) for key in keys]


def resize(columns, rows):
    return [(0.3, (columns, rows))]


BASH = ["bash", "--noprofile", "--rcfile", HOME + "/.bashrc", "-i"]

SCRIPTS = {
    "vim-edit": (80, 24, ["vim", "-u", HOME + "/.vimrc", "program.py"],
        type_("G", "o", "def added():\r    return 'ünïcödé 漢字 🎉'", ESC, "gg", ":set number\r", "/return\r", "n", "dd", "u", "ysw",
              ":split\r", ":vsplit\r", "\x17w", "ihello there ", ESC, "zt", "\x06", "\x02", "V", "jjj", "d", ":help\r", PGDN, PGDN)
        + resize(100, 30) + type_("\x17o", "ggVG=") + resize(60, 20) + type_(":qa!\r")),
    "vim-truecolor": (100, 30, ["vim", "-u", HOME + "/.vimrc", "-c", "set termguicolors", "-c", "colorscheme desert", "-d", "program.py", "other.py"],
        type_("]c", "]c", "do", "u", "\x17w", "zR", "G", "gg", ":set cursorline cursorcolumn\r", *["j"] * 8, *["l"] * 6)
        + resize(80, 24) + type_(":set list\r", "ix\ty", ESC, ":qa!\r")),
    "htop": (90, 26, ["htop", "-d", "3"], [(1.2, DOWN)] + type_(DOWN, DOWN, "t", "\x1bOR", "sh", "\r", "u", ESC, "H") + resize(120, 34)
        + [(1, "<")] + type_(DOWN, "\r", "h") + [(1, "q")] + type_("q", "q")),
    "top": (80, 24, ["top", "-d", "0.4"], [(1.5, "z"), (0.6, "x"), (0.6, "1"), (0.6, "m"), (0.6, "t"), (0.5, "V")] + resize(110, 40)
        + [(1, "c"), (1, "q")]),
    "less": (80, 24, ["less", "-R", "-N", "words.txt"], type_(" ", " ", "b", "/able\r", "n", "n", "G", "g", "&ing\r", "&\r", DOWN, DOWN, UP)
        + resize(50, 15) + type_(" ", "F") + [(0.5, "\x03")] + resize(132, 43) + type_("h", "q", "q")),
    "man": (80, 24, ["man", "bash"], [(1.0, " ")] + type_(" ", "/REDIRECTION\r", "n", "G", "g", "-i", DOWN) + resize(100, 30) + type_(" ", "q")),
    "git-log": (100, 30, ["git", "-C", HOME + "/repository", "log", "--graph", "--stat", "--color=always", "-p"],
        type_(" ", " ", "/commit\r", "n", "G", "b") + resize(70, 24) + type_("b", "g", "q")),
    "tmux": (100, 30, ["tmux", "-u", "-L", "record", "-f", HOME + "/.tmux.conf"],
        [(0.8, "ls --color /usr\r")] + type_("\x02%", "seq 200\r", "\x02\"", "cat words.txt\r", "\x02o", "echo 漢字 émoji 🎉🎈\r", "\x02z", "\x02z", gap=0.3)
        + resize(80, 24) + type_("\x02c", "vim -u NONE program.py\r", "\x02n", "\x02p", ":q\r", "\x02[", PGDN, UP, UP, "q", gap=0.25)
        + resize(120, 40) + type_("\x02w", DOWN, "\r", "\x02d", gap=0.3)),
    "tmux-panes": (80, 24, ["tmux", "-u", "-L", "record2", "-f", HOME + "/.tmux.conf"],
        type_("\x02%", "\x02%", "\x02\"", "while sleep 0.05; do date +%N; done\r", "\x02o", "find /usr/share/doc | head -300\r", "\x02 ", "\x02 ", "\x02 ", gap=0.3)
        + resize(101, 31) + type_("\x02x", "y", "\x02d", gap=0.4)),
    "mc": (80, 24, ["mc", "-x", HOME], [(1.2, DOWN)] + type_(DOWN, DOWN, "\t", "\x1b9", DOWN, DOWN, ESC + ESC, ESC + "3", gap=0.3) + [(0.5, ESC + "0")]
        + resize(100, 32) + type_("\x0f", "ls\r", "\x0f", ESC + "0", "\r", gap=0.4)),
    "nano": (80, 24, ["nano", "--rcfile", HOME + "/.nanorc", "program.py"],
        type_("# a line of text", "\r", "\x17", "return\r", "\x0b", "\x0b", "\x15", "\x16", "\x19", "\x07") + resize(60, 18)
        + type_("\x16", "\x18", "\x18", "n")),
    "dialog": (80, 24, ["bash", HOME + "/dialogs.sh"], type_(DOWN, DOWN, " ", "\t", "\r", DOWN, " ", "\r", "text äöü", "\r", "\r", gap=0.3)
        + [(1.5, "\r")] + type_("\r", "\r")),
    "python": (80, 24, ["python3", "-q"], type_("import sys\r", "[x ** 2 for x in range(200)]\r", "1/0\r", "print('漢字 e\u0301 🎉' * 30)\r", UP, UP, "\x01", "#", "\r",
        "help(str.join)\r", "q", "sys.stdout.write('\\x1b[31mred\\x1b[0m\\n')\r") + resize(60, 20) + type_("'x' * 300\r", "exit()\r")),
    "bash": (80, 24, BASH, type_("git -C repository sta\t\t", "\r", "ls -l --col\t /usr/li\t\t", "\x03", "echo {a..z}{a..z}\r", "\x12echo", "\r",
        "for i in 1 2 3; do printf '%s\\n' $i; done\r", "cat program.py\r") + resize(50, 20) + type_("echo " + "long words " * 20, "\x01", "\x1bf", "\x1bd", "\x05", "\r")
        + resize(100, 28) + type_("clear\r", "history\r", "exit\r")),
    "reflow": (80, 24, BASH, type_("seq -s ' ' 1 400\r", "printf '%s ' {漢字,かな,한글}{1..60}\r", "\r", "cat words.txt | tr '\\n' ' '\r", gap=0.3)
        + resize(61, 24) + type_("echo one\r") + resize(120, 30) + type_("echo two\r") + resize(40, 12) + type_("seq 60\r") + resize(90, 36)
        + type_("echo three\r") + resize(89, 20) + type_("exit\r")),
    "watch": (80, 24, ["watch", "-c", "-d", "-n", "0.3", "date +%N; ls --color=always -la " + HOME], [(2, (100, 30)), (1.5, (70, 18)), (1, "\x03")]),
    "ls-color": (100, 30, BASH, type_("ls --color=always -laR /usr/share/doc | head -400\r", "ls --color --hyperlink=always -C /etc " + HOME + "\r", "grep -n --color=always return *.py\r", gap=0.5)
        + resize(77, 25) + type_("ls --color -C /usr/bin | head -300\r", "exit\r", gap=0.5)),
    "unicode": (80, 24, BASH, type_("cat unicode.txt\r", "cat unicode.txt\r", gap=0.4) + resize(41, 20) + type_("cat unicode.txt\r", gap=0.4) + resize(100, 24) + type_("exit\r")),
    "tput": (80, 24, ["bash", HOME + "/tput.sh"], [(1, "")] * 3),
    "pager-wrapped": (72, 20, ["bash", "-c", "cat long.txt; less -X long.txt; tail -c 3000 long.txt; sleep 1"],
        type_(" ", " ", "G", "-S\r", RIGHT, RIGHT, "q", gap=0.3) + [(0.3, (50, 25)), (0.3, (110, 18))]),
}


def prepare():
    shutil.rmtree(HOME, ignore_errors=True)
    os.makedirs(HOME)
    files = {
        ".bashrc": "PS1='demo:\\w\\$ '\nsource /usr/share/bash-completion/bash_completion\neval \"$(dircolors)\"\n",
        ".vimrc": "set nocompatible\nsyntax on\nset ruler showcmd incsearch hlsearch laststatus=2 mouse=a encoding=utf-8 noswapfile viminfo=\n",
        ".tmux.conf": "set -g default-terminal screen-256color\nset -g mouse on\nset -g status-right demo\nset -g default-command \"bash --rcfile ~/.bashrc\"\n",
        ".nanorc": "include /usr/share/nano/*.nanorc\n",
        "program.py": "".join(f"def function_{n}(value):\n    \"\"\"Number {n}.\"\"\"\n    if value > {n}:\n        return value * {n}\n    return None\n\n" for n in range(40)),
        "other.py": "".join(f"def function_{n}(value):\n    \"\"\"Number {n}.\"\"\"\n    if value >= {n}:\n        return value + {n}\n\n" for n in range(0, 40, 2)),
        "words.txt": "".join(f"{n} available reading able things {'and more ' * (n % 13)}\n" for n in range(400)),
        "long.txt": "".join("paragraph %d %s\n\n" % (n, "the quick brown fox jumps over the lazy dog; " * (n % 9)) for n in range(40)),
        "unicode.txt": "".join(f"{n}: ｆｕｌｌ 漢字かな交じり文 한국어 e\u0301a\u0308o\u0302 👍🏽 👩‍👩‍👧 🇩🇪 ✔️ ☃ →←↔ ─│┌┐ ░▒▓ Ωμέγα кириллица עברית عربي ไทย नमस्ते {'字' * n}\n" for n in range(45)),
        "dialogs.sh": "dialog --menu Menu 15 50 6 1 One 2 Two 3 Three\ndialog --checklist Check 12 40 4 a A on b B off c C off\n"
            "dialog --inputbox Input 8 40\n(for i in 0 20 40 60 80 100; do echo $i; sleep 0.15; done) | dialog --gauge Wait 8 50\n"
            "dialog --textbox words.txt 20 70\ndialog --yesno Sure 6 30\nclear\n",
        "tput.sh": "export PATH\ntput init; tput smcup; tput cup 5 5; echo alternate; tput rmcup; tput csr 3 10; tput cup 10 0; seq 30; tput ri; tput csr 0 23\n"
            "tput cup 12 10; tput smacs; echo lqqqqk; tput rmacs; tput sc; tput cup 1 1; tput rev; echo reverse; tput sgr0; tput rc; echo back\n"
            "for i in $(seq 0 255); do tput setaf $i; printf x; tput setab $i; printf y; done; tput op; echo; sleep 0.3\n"
            "tput cup 4 4; tput ich 5; tput dch 3; tput il 2; tput dl 1; tput el; tput ed; tput indn 3; tput rin 2; tput civis; tput cvvis; tput cnorm\n"
            "tput hts; tput tbc; tput ht; printf 'a\\tb\\n'; printf '\\033H'; tput smir; printf insert; tput rmir; tput smkx; tput rmkx; tput rep A 20 2>/dev/null\n"
            "printf '\\033[4:3m\\033[58:2::255:100:0mcurly\\033[0m \\033[21mdouble\\033[m \\033[53mover\\033[m \\033[9mstrike\\033[m\\n'\n"
            "printf '\\033]2;title\\007\\033]8;;https://example.org/\\033\\\\link\\033]8;;\\033\\\\\\n'; sleep 0.5; seq 100; printf '\\033[?1049h\\033[2J\\033[Hon the other screen'; sleep 0.3\n"
            "printf '\\033[?6h\\033[5;20r\\033[1;1Horigin\\033[3;4H+\\033[?6l\\033[r'; sleep 0.2; printf '\\033[?1049l'; printf '\\033[?2026hdraw\\033[2;2Hmore\\033[?2026l'; sleep 0.3; echo done\n",
    }
    for name, text in files.items():
        with open(os.path.join(HOME, name), "w") as file:
            file.write(text)
    repository = HOME + "/repository"
    git = ["git", "-C", repository, "-c", "user.name=Demo", "-c", "user.email=demo@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
    for n in range(12):
        with open(repository + "/file.txt", "a") as file:
            file.write(f"line {n}\nünïcode {n}\n" * 4)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", f"Change number {n}", "--date", f"2024-01-{n + 1:02} 12:00 +0000"], check=True)


def record(name):
    columns, rows, command, script = SCRIPTS[name]
    environment = {"HOME": HOME, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "SHELL": "/bin/bash",
                   "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "USER": "demo", "LOGNAME": "demo", "XDG_RUNTIME_DIR": HOME, "TMUX_TMPDIR": HOME}
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(HOME)
        os.execvpe("unshare", ["unshare", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c",
                               "hostname demo; exec setsid -w -c \"$@\"", "sh", *command], environment)
    set_size(master, columns, rows)
    output, resizes = bytearray(), []
    for gap, event in [(0.6, "")] + script:
        if not read_for(master, output, gap):
            break
        if isinstance(event, tuple):
            set_size(master, *event)
            resizes.append([len(output), *event])
        elif event:
            os.write(master, event.encode())
    read_for(master, output, 1.0)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.close(master)
    os.waitpid(pid, 0)
    header = json.dumps({"name": name, "columns": columns, "rows": rows, "resizes": [r for r in resizes if r[0] <= LIMIT]})
    path = os.path.join(HERE, name + ".recording.gz")
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write(header.encode() + b"\n" + bytes(output[:LIMIT]))
    print(name, len(output), "bytes,", os.path.getsize(path), "compressed,", len(resizes), "resizes")


def set_size(master, columns, rows):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read_for(master, output, seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([master], [], [], left)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                return False
            if not data:
                return False
            output += data
    return True


if __name__ == "__main__":
    prepare()
    for wanted in sys.argv[1:] or SCRIPTS:
        record(wanted)
    shutil.rmtree(HOME, ignore_errors=True)
