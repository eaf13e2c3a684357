#!/bin/sh
# One sitting of the training on a GPU, without a network: on_a_gpu.sh MINUTES_IN_ALL MINUTES_OF_THIS_SITTING OUT
# Run it again until the minutes in all are spent: it goes on from build/starter. Options of the program may follow.
set -eu
cd "$(dirname "$0")/../.."
in_all=$1 sitting=$2 out=$3
shift 3
work=build/starter
# Wheels of what the machine lacks (diffusers, transformers, tokenizers), where they were carried along.
if [ -d "$work/wheels" ]; then
    python3 -m pip install --quiet --no-index --no-deps "$work"/wheels/*.whl
fi
export STARTER_SPRITES="${STARTER_SPRITES:-$work/sprites}" HF_HUB_OFFLINE=1
export TORCHINDUCTOR_CACHE_DIR="$PWD/$work/compiled"
exec python3 -m engine.starter train --device cuda --work "$work" --minutes "$in_all" --sitting "$sitting" \
    --out "$out" "$@"
