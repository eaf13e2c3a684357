"""Fetches what a profile's tiers need: tells the licence first, leaves out what two models share, checks every byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.models.hub import Hub, RemoteFile, Repository, check
from engine.models.refusals import Damaged, HubFailed, ModelRefused
from engine.models.store import Receipt, find, find_lora, folder_of, lora_folder, read_receipt, write_receipt
from engine.models.wanted import files_of_model, index_file, lora_files, parts_of, same_parts, wanted_files
from engine.profiles.profile import Profile
from engine.profiles.weights import MAIN, Lora, Weights

#: what is kept free on the disk beside what is fetched, in bytes
DISK_RESERVE = 1 << 30

#: a line for the person who waits
Tell = Callable[[str], None]
#: name of a file, bytes that are here, bytes that there will be
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Pull:
    """How a profile is fetched."""

    hub: Hub
    #: the folder of models
    folder: Path
    #: whether the person said that they accept licences that ask for it
    accepted: bool
    tell: Tell
    watch: Watch

    def profile(self, profile: Profile) -> None:
        """Fetch every model of a profile. Raises ModelRefused, HubFailed or Damaged."""
        main: Repository | None = None
        for lora in (lora for weights in profile.weights.values() for lora in weights.lora):
            # First, since they are small and a wrong one makes the rest useless.
            self._lora(lora)
        for name, weights in profile.weights.items():
            if weights.is_local:
                self.tell(f"{weights.model} is a folder of this machine; there is nothing to fetch.")
                continue
            repository = self.hub.repository(weights.model, weights.revision)
            self._ask_licence(weights, repository)
            self._weights(weights, repository, main)
            if name == MAIN:
                main = repository
        for helper, _ in profile.helpers:
            if helper.is_local:
                self.tell(f"{helper.model} is a folder of this machine; there is nothing to fetch.")
                continue
            repository = self.hub.repository(helper.model, helper.revision)
            self._ask_licence(helper, repository)
            self._helper(helper, repository)

    def _lora(self, lora: Lora) -> None:
        if lora.is_local:
            self.tell(f"{lora.model} is a file of this machine; there is nothing to fetch.")
            return
        repository = self.hub.repository(lora.model, lora.revision)
        self._ask_licence(lora, repository)
        files = lora_files(repository, lora.file)
        told = next(file for file in files if file.path == lora.file).sha256
        if lora.sha256 and told != lora.sha256:
            raise ModelRefused(
                f"{lora.file} of {lora.model} is not the file that the profile means: its SHA-256 is {told}. It was "
                "not fetched; correct the profile if you trust the new one."
            )
        at = lora_folder(lora, self.folder)
        receipt = read_receipt(at)
        if receipt is not None and receipt.commit == repository.commit and find_lora(lora, self.folder):
            self.tell(f"  already here: {at}")
            return
        at.mkdir(parents=True, exist_ok=True)
        self._files(lora, repository, files, at, ())

    def _ask_licence(self, weights: Weights | Lora, repository: Repository) -> None:
        use = "commercial use allowed" if weights.commercial else "NO commercial use"
        self.tell(f"{weights.model}: licence {weights.licence} ({use}). {weights.licence_url}".rstrip())
        told = repository.licence.lower()
        if told and told not in ("other", weights.licence.lower()):
            self.tell(f"  Its page declares “{repository.licence}”: read it before you rely on the profile.")
        reasons = [weights.terms] if weights.terms else []
        if not weights.commercial:
            reasons.append("Its licence does not allow commercial use.")
        if repository.gated:
            reasons.append("Its makers want their terms accepted before it is fetched.")
        if told and told not in ("other", weights.licence.lower()):
            reasons.append(f"Its page declares the licence “{repository.licence}”, not {weights.licence}.")
        if reasons and not self.accepted:
            raise ModelRefused(
                f"{weights.model} was not fetched. {' '.join(reasons)} Read {weights.licence_url or 'the licence'}, "
                "and if you accept it, run the command again with --accept-licence."
            )

    def _weights(self, weights: Weights, repository: Repository, main: Repository | None) -> None:
        at = self._place(weights, repository)
        if at is None:
            return
        first = index_file(repository)
        self._file(repository, first, at)
        try:
            index = json.loads((at / first.path).read_text(encoding="utf-8"))
            parts = parts_of(index)
        except (ValueError, AttributeError) as error:
            raise ModelRefused(f"{repository.id} has a {first.path} that is no JSON object.") from error
        shared = same_parts(repository, main, weights.shares) if main is not None else []
        for part in weights.shares:
            if part in parts and part not in shared:
                self.tell(f"  {part} differs from the main model's, so it is fetched too.")
        self._files(weights, repository, wanted_files(repository, index, without=shared), at, tuple(shared))

    def _helper(self, weights: Weights, repository: Repository) -> None:
        at = self._place(weights, repository)
        if at is not None:
            self._files(weights, repository, files_of_model(repository), at, ())

    def _place(self, weights: Weights, repository: Repository) -> Path | None:
        """The folder to fetch into; None where everything is there already."""
        at = folder_of(weights, self.folder)
        receipt = read_receipt(at)
        if receipt is not None and receipt.commit == repository.commit and find(weights, self.folder):
            self.tell(f"  already here: {at}")
            return None
        at.mkdir(parents=True, exist_ok=True)
        return at

    def _files(
        self,
        weights: Weights | Lora,
        repository: Repository,
        files: list[RemoteFile],
        at: Path,
        shared: tuple[str, ...],
    ) -> None:
        self._check_disk(files, at)
        for file in files:
            self._file(repository, file, at)
        write_receipt(
            at,
            Receipt(
                model=weights.model,
                commit=repository.commit,
                licence=repository.licence or weights.licence,
                shares=shared,
                files={file.path: {"size": file.size, "checksum": file.identity} for file in files},
            ),
        )
        self.tell(f"  complete: {at}")

    def _file(self, repository: Repository, file: RemoteFile, at: Path) -> None:
        target = at / file.path
        if target.is_file() and target.stat().st_size == file.size:
            try:
                check(target, file, repository.id)
            except Damaged:
                self.tell(f"  {file.path} was changed or damaged here; it is fetched again.")
            else:
                return
        self.hub.fetch(repository, file, target, lambda have, size: self.watch(file.path, have, size))

    def _check_disk(self, files: list[RemoteFile], at: Path) -> None:
        missing = sum(file.size - _here(at / file.path) for file in files)
        free = shutil.disk_usage(at).free
        self.tell(f"  {missing / 1e9:.1f} GB to fetch into {at}")
        if missing and missing + DISK_RESERVE > free:
            raise HubFailed(
                f"{missing / 1e9:.1f} GB are missing and the disk has {free / 1e9:.1f} GB left (1 GB is kept free). "
                "Make room, or choose another folder with --folder."
            )


def _here(target: Path) -> int:
    """Bytes of a file that were fetched already."""
    part = target.with_name(target.name + ".part")
    return target.stat().st_size if target.is_file() else part.stat().st_size if part.is_file() else 0
