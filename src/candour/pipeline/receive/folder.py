"""A folder of extracts, received: every file is read, or left out with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from candour.dataset.findings import Finding, finding
from candour.dataset.noticed import Listed, Notices, Place
from candour.errors import UserError
from candour.pipeline.receive import store as stores
from candour.pipeline.receive.file import Left, Read, read_file
from candour.pipeline.receive.opening import Note
from candour.pipeline.receive.received import STAGE, Received, Staged, Submission
from candour.pipeline.receive.submissions import FILE_NAME, Said, Submissions, read_submissions
from candour.pipeline.receive.survey import Survey, survey
from candour.sources.registry import Layouts
from candour.tables import folders


def receive_folder(
    input: Path,  # noqa: A002 - the word of the command line
    work: Path,
    layouts: Layouts,
    store: Path,
    as_known_on: date | None = None,
    notices: Notices | None = None,
) -> Received:
    """Receive every file of ``input`` and of its subfolders, one level down.

    A subfolder named by an organisation code says whose its files are. Files are taken in the
    order of ``received_on``, then of their names, so the same folder always gives the same. Bytes
    are kept in ``store``; staged Parquet is written into ``work``, which holds people's details
    and belongs to its owner alone. With ``as_known_on`` only files received by that day are read,
    and later ones leave no trace: the result is that of a run on that day. Where ``notices`` is
    given, findings go there, and what is given back has none.

    Raises ``UserError`` where ``input`` is no folder, where ``store`` or ``work`` is open to
    others, or where ``as_known_on`` is given and ``submissions.csv`` does not say of every extract
    when it came. Whatever is wrong with a file or a row is a finding.
    """
    if not input.is_dir():
        raise UserError(f"There is no folder {input}.", "Name the folder that holds the extracts.")
    folders.refuse_if_open_to_others(work)
    stores.opened(store)
    folders.private(work)
    listing = _listed(input)
    said = read_submissions(input, list(listing.files))
    listed = Listed()
    receiving = _Receiving(work, layouts, store, said, notices or listed)
    for each in (*said.findings, *(listing.findings if as_known_on is None else ())):
        receiving.notices.one(each)
    order = sorted(listing.files, key=lambda name: (_received_on(said, name), name))
    for name in order:
        lines = said.by_file.get(name, Said())
        if as_known_on is not None:
            if lines.received_on is not None and lines.received_on > as_known_on:
                continue
            if lines.received_on is None:
                receiving.without_a_day(listing.files[name], name, lines)
                continue
        receiving.receive(listing.files[name], name, lines, listing.providers.get(name))
    if as_known_on is not None:
        if receiving.not_covered or not said.there:
            _refuse(receiving.not_covered, there=said.there)
        read = {name.split("/")[0] for s in receiving.submissions for name in (s.file, *s.also_as)}
        for each in listing.findings:
            if each.file and each.file[:-1] in read:
                receiving.notices.one(each)
    return Received(receiving.submissions, receiving.staged, listed.findings)


@dataclass
class _Listing:
    """Files by name from the folder, the provider that a subfolder names, and findings."""

    files: dict[str, Path] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def _listed(folder: Path) -> _Listing:
    listing = _Listing()
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.is_file():
            if path.name != FILE_NAME:
                listing.files[path.name] = path
        elif path.is_dir():
            provider = path.name if _names_a_provider(path.name) else None
            if provider is None:
                listing.findings.append(
                    finding("folder-provider-unknown", file=f"{path.name}/", stage=STAGE)
                )
            for inner in sorted(path.iterdir(), key=lambda each: each.name):
                name = f"{path.name}/{inner.name}"
                if inner.is_file():
                    listing.files[name] = inner
                    if provider is not None:
                        listing.providers[name] = provider
                elif inner.is_dir():
                    listing.findings.append(
                        finding("folder-not-read", file=f"{name}/", stage=STAGE)
                    )
    return listing


def _names_a_provider(name: str) -> bool:
    """Whether a folder's name is an organisation code.

    With a digit its form is enough, since independent providers are in no register of ours. Letters
    alone may be a word (EPR, MAY), so such a code must be known.
    """
    from candour.dataset.types.ods_code import FORM

    if not 3 <= len(name) <= 6 or re.fullmatch(FORM, name) is None:
        return False
    if any(letter.isdigit() for letter in name) and not name.isdigit():
        return True
    from candour.organisations.register import Register

    body = Register.load().show(name)
    # A department or a regulator sends no extract, and its short name may be a word (MOD, NICE).
    return body is not None and (body.kind.endswith("_trust") or body.kind in ("icb", "region"))


def _received_on(said: Submissions, name: str) -> date:
    line = said.by_file.get(name)
    return (line.received_on if line else None) or date.max


def _refuse(not_covered: list[str], *, there: bool) -> None:
    if not there:
        raise UserError(
            f"A run as known on a day needs {FILE_NAME}, and there is none in the folder.",
            "Write one with the columns file and received_on, a line for each file.",
        )
    raise UserError(
        f"{FILE_NAME} does not say when these were received: {', '.join(not_covered)}.",
        "Give each a line with its name and received_on, as 2025-06-30.",
    )


class _Receiving:
    """The state of one folder's receiving."""

    def __init__(
        self, work: Path, layouts: Layouts, store: Path, said: Submissions, notices: Notices
    ) -> None:
        self.work = work
        self.layouts = layouts
        self.store = store
        self.said = said
        self.submissions: list[Submission] = []
        self.staged: list[Staged] = []
        self.notices = notices
        self.not_covered: list[str] = []
        self._place: dict[str, int] = {}

    def without_a_day(self, path: Path, name: str, said: Said) -> None:
        """Note an extract of which nobody says when it came; other files do not matter."""
        try:
            outcome = read_file(path, survey(path), self.work, self.layouts, name, said.layout)
        except OSError:
            return
        if not isinstance(outcome, Left):
            for read in outcome:
                read.path.unlink()
            self.not_covered.append(name)

    def receive(self, path: Path, name: str, said: Said, folder_provider: str | None) -> None:
        """Receive one file."""
        try:
            with stores.arriving(self.store) as arriving:
                seen = survey(path, arriving.handle)
                if self._came_before(seen, name):
                    return
                withdrawn = stores.is_withdrawn(self.store, seen.digest)
                kept = None if withdrawn else arriving.keep(seen.digest)
        except OSError as fault:
            if folders.is_ours(fault):
                raise
            self._find("file-not-readable", None, name)
            return
        submission = Submission(
            id=seen.digest,
            file=name,
            size=seen.size,
            received_on=said.received_on,
            provider=said.provider or folder_provider,
            purpose=said.purpose,
            legal_basis=said.legal_basis,
            basis_expires=said.basis_expires,
            may_be_shown_to=said.may_be_shown_to,
            rows=said.rows,
            period=said.period,
        )
        self._place[seen.digest] = len(self.submissions)
        self.submissions.append(submission)
        if kept is None:
            self._leave_out(submission, "withdrawn-file-left-out", "")
            return
        self._read(submission, kept, seen, said)
        self._ask_after(submission, said, folder_provider)

    def _read(self, submission: Submission, kept: Path, seen: Survey, said: Said) -> None:
        try:
            outcome = read_file(kept, seen, self.work, self.layouts, submission.file, said.layout)
        except (OSError, pa.ArrowException) as fault:
            if folders.is_ours(fault):
                raise
            outcome = Left("file-not-readable", "", ())
        if isinstance(outcome, Left):
            self._note(submission, outcome.notes)
            self._leave_out(submission, outcome.code, outcome.detail)
            return
        read = sum(each.account.rows_read for each in outcome)
        if said.rows is not None and said.rows != read:
            for each in outcome:
                each.path.unlink()
            detail = f"It holds {read}, and submissions.csv says {said.rows}."
            self._leave_out(submission, "row-count-not-as-stated", detail)
            return
        first = outcome[0].mapping
        self._set(
            submission,
            layout=first.id,
            layout_version=first.version,
            role=outcome[0].role,
            purpose=submission.purpose or first.purpose,
            legal_basis=submission.legal_basis or first.legal_basis,
            may_be_shown_to=submission.may_be_shown_to or first.may_be_shown_to,
        )
        for each in outcome:
            self._use(submission, each)

    def _use(self, submission: Submission, read: Read) -> None:
        """Hand on what was staged, with what was noticed."""
        self._note(submission, read.notes)
        place = Place(submission.id, submission.file, read.sheet)
        for code, rows, lines in read.account.rejected.by_code():
            self.notices.rows(STAGE, place, code, None, rows, lines)
        for each in read.of_rows:
            self.notices.rows(STAGE, place, each.code, each.field, each.rows, each.lines)
        self.staged.append(
            Staged(
                submission.id,
                read.role,
                read.mapping.id,
                read.path,
                read.account.rows_read,
                read.account.rejected,
                read.sheet,
            )
        )

    def _note(self, submission: Submission, notes: Sequence[Note]) -> None:
        for note in notes:
            self._find(
                note.code,
                submission.id,
                submission.file,
                row=note.row,
                detail=note.detail,
                sheet=note.sheet,
                field=note.field,
            )

    def _ask_after(self, submission: Submission, said: Said, folder_provider: str | None) -> None:
        """Say what nobody has told us about a file that is used."""
        if self.submissions[self._place[submission.id]].left_out is not None:
            return
        if self.said.there and submission.file not in self.said.by_file:
            self._find("file-not-covered-by-submissions", submission.id, submission.file)
        if submission.received_on is None:
            self._find("received-on-not-stated", submission.id, submission.file)
        if submission.provider is None:
            self._find("provider-not-stated", submission.id, submission.file)
        if said.provider and folder_provider and said.provider != folder_provider:
            self._find("provider-stated-differently", submission.id, submission.file)

    def _came_before(self, seen: Survey, name: str) -> bool:
        place = self._place.get(seen.digest)
        if place is None:
            return False
        first = self.submissions[place]
        self.submissions[place] = replace(first, also_as=(*first.also_as, name))
        when = f" on {first.received_on.isoformat()}" if first.received_on else ""
        detail = f"They came first as {first.file}{when}."
        self._find("same-file-again", seen.digest, name, detail=detail)
        return True

    def _leave_out(self, submission: Submission, code: str, detail: str) -> None:
        self._set(submission, left_out=code)
        self._find(code, submission.id, submission.file, detail=detail)

    def _set(self, submission: Submission, **known: str | None) -> None:
        place = self._place[submission.id]
        self.submissions[place] = replace(self.submissions[place], **known)  # type: ignore[arg-type]

    def _find(
        self,
        code: str,
        submission: str | None,
        file: str,
        row: int | None = None,
        detail: str = "",
        sheet: str | None = None,
        field: str | None = None,
    ) -> None:
        self.notices.one(
            finding(
                code,
                submission=submission,
                file=file,
                stage=STAGE,
                sheet=sheet,
                field=field,
                row=row,
                detail=detail,
            )
        )
