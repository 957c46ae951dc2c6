#!/bin/sh
# What the tests of the editors need: Debian's packages where apt-get and the right to use it are
# there, then a virtual environment and npm's modules in a folder. What is there already stays;
# what cannot be had is named, and its tests are skipped by name.
#
# usage: tests/editors/install.sh FOLDER
set -u

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

packages="at-spi2-core chromium dbus elpa-eglot elpa-lsp-mode elpa-markdown-mode emacs-nox fonts-dejavu-core
gir1.2-atspi-2.0 kate openbox python3-gi scrot tmux vim vim-ale xdotool xvfb"
missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok' \
        || missing="$missing $package"
done
if [ -n "$missing" ]; then
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
    if ! command -v apt-get >/dev/null; then
        echo "apt-get is not here; not installed:$missing"
    elif $sudo apt-get update -qq; then
        get="$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
        $get $missing >/dev/null || for package in $missing; do # without the one that is unknown
            $get "$package" >/dev/null || echo "apt-get did not install $package"
        done
    else
        echo "apt-get may not be used; not installed:$missing"
    fi
fi

wanted="$(cksum <"$root/pyproject.toml")"
if [ "$(cat "$folder/python-ready" 2>/dev/null)" != "$wanted" ]; then
    [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --upgrade "pip>=25.1" \
        && "$folder/bin/python" -m pip install --quiet --editable "$root" \
            --group "$root/pyproject.toml:test" --group "$root/pyproject.toml:driven-editors" \
        && echo "$wanted" >"$folder/python-ready"
fi
[ -x "$folder/bin/pytest" ] || { echo "pip did not install pytest into $folder" >&2; exit 1; }

# Exact: the pages of the tests look for what these versions show. codemirror@latest is version 5.
modules="codemirror@6.0.2 @codemirror/lang-python@6.2.1 @codemirror/lsp-client@6.3.0
esbuild@0.28.2 monaco-editor@0.57.0 ws@8.23.0"
if ! command -v npm >/dev/null; then
    echo "npm is not here: CodeMirror and Monaco are not tested"
elif [ "$(cat "$folder/web/ready" 2>/dev/null)" != "$modules" ]; then
    mkdir -p "$folder/web"
    echo '{"private": true, "type": "module"}' >"$folder/web/package.json"
    (cd "$folder/web" && npm install --silent --no-audit --no-fund $modules) \
        && echo "$modules" >"$folder/web/ready"
fi

"$here/install_vscode.sh" "$folder/vscode" || echo "VS Code could not be installed"
