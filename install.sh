#!/bin/sh
# Installs Draftroom into .venv at pinned versions, with the build of PyTorch that this machine can use: on Linux,
# PyPI's own brings gigabytes of CUDA. `sh install.sh --plan` says what would be done; TORCH=cpu or TORCH=cuda decides.
# HASHES=1 compares every package but PyTorch with the hashes of requirements.lock.
set -eu

index=https://download.pytorch.org/whl/cpu
python=.venv/bin/python

answers() {
	"$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$index/torch/" 2>/dev/null
}

if [ -z "${TORCH:-}" ]; then
	TORCH=cpu
	why="no NVIDIA GPU was found"
	if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
		TORCH=cuda
		why="an NVIDIA GPU was found"
	fi
else
	why="TORCH=$TORCH was given"
fi

with=pip
plan=${1:-}
set -- -c constraints.txt
[ -n "${HASHES:-}" ] || set -- "$@" -e '.[engine,test]'
if [ "$(uname -s)" != Linux ]; then
	echo "Fetching PyTorch and the rest, about 0.5 GB: PyPI has one build for this system."
elif ! answers; then
	echo "Fetching PyTorch from pip's own index, since PyTorch's did not answer within 5 s." \
		"From PyPI that is the CUDA build, about 3 GB, which runs on a CPU too."
elif [ "$TORCH" = cpu ]; then
	echo "Fetching PyTorch's CPU build and the rest, about 0.5 GB, since $why."
	if command -v uv >/dev/null; then
		with=uv
		set -- --torch-backend cpu "$@"
	else
		set -- --extra-index-url "$index" "$@"
	fi
else
	echo "Fetching PyTorch's CUDA build and the rest, about 3 GB, since $why."
	if command -v uv >/dev/null; then
		with=uv
		# `auto` looks at the driver, which where one builds an image is not there.
		[ "$why" != "an NVIDIA GPU was found" ] || set -- --torch-backend auto "$@"
	fi
fi

if [ "$with" = uv ]; then
	installer="uv pip install --python $python"
else
	installer="$python -m pip install --disable-pip-version-check --progress-bar on"
fi
do_it() {
	if [ "$plan" = --plan ]; then echo "$*"; else "$@"; fi
}
if [ -n "${HASHES:-}" ]; then
	# PyTorch has a build of its own for each kind of machine, and its CPU builds stand on another index: no one list
	# of hashes fits all, so it comes second, by its version, with the CUDA libraries that it asks for.
	do_it $installer --require-hashes --no-deps -r requirements.lock
	do_it $installer "$@" torch
	set -- --no-deps -e .
fi
do_it $installer "$@"
