"""A folder received: what is used, what is left out and why."""

import datetime as dt
import os
import stat

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candour.errors import UserError
from candour.pipeline.receive import is_withdrawn, receive_folder, withdraw
from candour.sources import Layouts

ABSENCES = "ClientID,AbsenceType,AbsenceStart,AbsenceEnd,AbsenceEndReason\nP-1,S17,2025-01-01,,\n"
PATIENTS = "subject_id,gender,dob\n901,F,1971-03-05\n"
DEATHS = "subject_id,date_of_death\n901,2030-11-20\n"


@pytest.fixture(scope="module")
def layouts():
    return Layouts.shipped()


@pytest.fixture
def send(tmp_path, layouts):
    """Write files into an input folder and receive it."""

    def sent(files: dict[str, str | bytes], as_known_on=None):
        folder = tmp_path / "input"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return receive_folder(folder, tmp_path / "work", layouts, tmp_path / "store", as_known_on)

    return sent


def codes(received, file=None) -> set[str]:
    return {f.code for f in received.findings if file in (None, f.file)}


def test_a_file_is_staged_as_text_with_its_rows_and_lines(send):
    received = send({"absences.csv": ABSENCES})

    (staged,) = received.staged
    assert (staged.layout_id, staged.role, staged.rows_read) == ("epr", "absences", 1)
    table = pq.read_table(staged.path)
    assert table.schema.field("_row").type == pa.int64()
    assert table.to_pylist() == [
        {
            "_row": 1,
            "_line": 2,
            "ClientID": "P-1",
            "AbsenceType": "S17",
            "AbsenceStart": "2025-01-01",
            "AbsenceEnd": "",
            "AbsenceEndReason": "",
        }
    ]


def test_bytes_are_kept_under_their_hash_for_their_owner_alone(send, tmp_path):
    received = send({"absences.csv": ABSENCES})

    kept = tmp_path / "store" / received.submissions[0].id
    assert kept.read_text() == ABSENCES
    assert [path.name for path in (tmp_path / "store").iterdir()] == [kept.name]
    if os.name != "nt":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
        assert stat.S_IMODE(received.staged[0].path.stat().st_mode) == 0o600


def test_a_folder_named_by_a_code_says_whose_its_files_are(send):
    received = send({"ZX901/absences.csv": ABSENCES})

    assert received.submissions[0].provider == "ZX901"
    assert received.submissions[0].file == "ZX901/absences.csv"
    assert "provider-not-stated" not in codes(received)


@pytest.mark.parametrize("name", ["EPR", "MAY", "2025", "older-people", "LONDON"])
def test_a_folder_named_otherwise_is_read_and_told(send, name):
    received = send({f"{name}/absences.csv": ABSENCES})

    assert len(received.staged) == 1
    assert received.submissions[0].provider is None
    assert {"folder-provider-unknown", "provider-not-stated"} <= codes(received)


def test_a_folder_within_a_folder_is_told_and_not_read(send):
    received = send({"ZX901/old/absences.csv": ABSENCES})

    assert received.staged == []
    assert codes(received, "ZX901/old/") == {"folder-not-read"}


def test_the_same_bytes_twice_are_one_submission(send):
    received = send(
        {
            "a.csv": ABSENCES,
            "b.csv": ABSENCES,
            "submissions.csv": "file,received_on\nb.csv,2025-03-01\na.csv,2025-04-01\n",
        }
    )

    (submission,) = received.submissions
    assert (submission.file, submission.also_as) == ("b.csv", ("a.csv",))
    (again,) = [f for f in received.findings if f.code == "same-file-again"]
    assert again.file == "a.csv"
    assert "first as b.csv on 2025-03-01" in again.message


def test_receiving_again_gives_the_same(send):
    files = {"ZX901/a.csv": ABSENCES, "patients.csv": PATIENTS}

    first, second = send(files), send(files)

    assert first == second


def test_an_unknown_file_is_left_out_with_the_nearest_layout(send):
    received = send({"a.csv": "ClientID,AbsenceType,AbsenceStart\nP-1,S17,2025-01-01\n"})

    (submission,) = received.submissions
    assert (submission.layout, submission.left_out) == (None, "unknown-layout")
    (found,) = received.findings
    assert "epr (absences), which also needs AbsenceEnd." in found.message


def test_a_file_without_a_header_does_not_show_its_first_row(send):
    received = send({"a.csv": "P-1,Kestrelby,1969-06-06\nP-2,Lindenhope,1970-01-01\n"})

    assert codes(received) == {"unknown-layout"}
    assert not any("Kestrelby" in f"{f}" for f in received.findings)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Deaths_Known_To_PROVIDER.csv", "deaths_known_to_provider"),
        ("from_the_registrar.csv", "deaths_known_to_registry"),
    ],
)
def test_where_columns_do_not_settle_it_the_name_decides(send, name, role):
    received = send({name: DEATHS})

    assert [staged.role for staged in received.staged] == [role]


@pytest.mark.parametrize("name", ["deaths.csv", "provider_and_registry.csv"])
def test_where_the_name_does_not_settle_it_either_the_file_is_left_out(send, name):
    received = send({name: DEATHS})

    assert received.staged == []
    assert codes(received) == {"layout-needs-a-file-name"}


def test_columns_in_other_capitals_are_taken_with_a_finding(send):
    received = send({"a.csv": ABSENCES.replace("ClientID", "clientid")})

    assert "header-spelled-differently" in codes(received)
    assert "ClientID" in pq.read_schema(received.staged[0].path).names


def test_a_column_that_the_layout_does_not_know_is_told_and_kept(send):
    received = send({"a.csv": "Bed,subject_id,gender,dob\n4,901,F,1971-03-05\n"})

    assert (
        "Column Bed." in next(f for f in received.findings if f.code == "column-not-used").message
    )
    assert "Bed" in pq.read_schema(received.staged[0].path).names


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"PK\x03\x04 and so on", "file-not-readable"),
        ("a.pdf", b"%PDF-1.4", "file-type-not-read"),
        ("a.csv", b"", "file-empty"),
        ("a.csv", b"subject_id,gender,dob\n1,\x00,2\n", "nul-bytes"),
        ("a.parquet", b"PAR1 cut off", "file-not-readable"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1", "nul-bytes"),
        ("notes.txt", b"To do on Monday", "unknown-layout"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_its_reason(send, tmp_path, name, content, code):
    received = send({name: content})

    assert received.staged == []
    assert received.submissions[0].left_out == code
    assert codes(received) == {code}
    assert list((tmp_path / "work").iterdir()) == []


def test_a_header_without_rows_is_heard_from_and_says_nothing(send):
    received = send({"patients.csv": b"subject_id,gender,dob\n"})

    assert received.submissions[0].left_out is None
    assert [each.rows_read for each in received.staged] == [0]
    assert "file-without-rows" in codes(received)


def test_what_submissions_say_travels_with_the_file(send):
    received = send(
        {
            "a.csv": ABSENCES,
            "submissions.csv": " file ;received_on;provider; layout;purpose;legal_basis;"
            "basis_expires;may_be_shown_to\na.csv;2025-03-01;ZX901;epr;learning;invented;"
            "2026-03-01;ZX901\n",
        }
    )

    (submission,) = received.submissions
    assert submission.received_on == dt.date(2025, 3, 1)
    assert submission.basis_expires == dt.date(2026, 3, 1)
    assert (submission.provider, submission.layout) == ("ZX901", "epr")
    assert (submission.purpose, submission.legal_basis) == ("learning", "invented")
    assert received.findings == []


def test_submissions_that_do_not_fit_the_folder_are_told(send):
    received = send(
        {
            "ZX901/a.csv": ABSENCES,
            "patients.csv": PATIENTS,
            "submissions.csv": "file,received_on,provider\n"
            "a.csv,1st of May,ZX902\na.csv,2025-05-01,\ngone.csv,2025-05-01,\n",
        }
    )

    lines = {(f.row, f.code) for f in received.findings if f.file == "submissions.csv"}
    assert lines == {
        (1, "date-unreadable"),
        (2, "submissions-names-a-file-twice"),
        (3, "submissions-names-a-missing-file"),
    }
    assert "provider-stated-differently" in codes(received, "ZX901/a.csv")
    assert "file-not-covered-by-submissions" in codes(received, "patients.csv")
    assert received.submissions[0].provider in {"ZX902", None}


def test_a_layout_that_is_named_decides(send):
    received = send({"a.csv": ABSENCES, "submissions.csv": "file,layout\na.csv,datix\n"})

    assert received.submissions[0].left_out == "unknown-layout"
    assert "submissions.csv says that it is datix." in received.findings[0].message


def test_a_layout_that_is_named_and_not_known_leaves_the_file_out(send):
    received = send({"a.csv": ABSENCES, "submissions.csv": "file,layout\na.csv,rio\n"})

    assert received.submissions[0].left_out == "unknown-layout"


def test_submissions_without_a_column_of_files_are_refused(send):
    with pytest.raises(UserError, match="no column called file"):
        send({"a.csv": ABSENCES, "submissions.csv": "name\na.csv\n"})


def test_as_known_on_a_day_leaves_later_files_without_a_trace(send):
    listed = "file,received_on\na.csv,2025-03-01\npatients.csv,2025-06-01\n"

    received = send(
        {"a.csv": ABSENCES, "patients.csv": PATIENTS, "submissions.csv": listed},
        as_known_on=dt.date(2025, 3, 1),
    )

    assert [each.file for each in received.submissions] == ["a.csv"]
    assert not any(f.file == "patients.csv" for f in received.findings)


def test_as_known_on_a_day_needs_every_extract_to_be_covered(send):
    with pytest.raises(UserError, match=r"when these were received: patients\.csv"):
        send(
            {
                "a.csv": ABSENCES,
                "patients.csv": PATIENTS,
                "README.txt": "not an extract",
                "submissions.csv": "file,received_on\na.csv,2025-03-01\n",
            },
            as_known_on=dt.date(2025, 3, 1),
        )


def test_as_known_on_a_day_needs_a_list_of_submissions(send):
    with pytest.raises(UserError, match=r"needs submissions\.csv"):
        send({"a.csv": ABSENCES}, as_known_on=dt.date(2025, 3, 1))


def test_parquet_is_turned_into_text(send, tmp_path):
    path = tmp_path / "made.parquet"
    pq.write_table(
        pa.table(
            {
                "subject_id": pa.array([901.0, None]),
                "gender": pa.array(["F", None]).dictionary_encode(),
                "dob": pa.array([dt.date(1971, 3, 5), None]),
                "seen": pa.array(
                    [dt.datetime(2025, 6, 1, 23, 30, tzinfo=dt.UTC), None],
                    pa.timestamp("us", tz="UTC"),
                ),
                "more": pa.array([[1], None]),
            }
        ),
        path,
    )

    received = send({"patients.parquet": path.read_bytes()})

    rows = pq.read_table(received.staged[0].path).to_pylist()
    assert rows[0] == {
        "_row": 1,
        "_line": 1,
        "subject_id": "901",
        "gender": "F",
        "dob": "1971-03-05",
        "seen": "2025-06-01T23:30:00+00:00",
        "more": "",
    }
    assert set(list(rows[1].values())[2:]) == {""}
    assert "column-not-used" in codes(received)


def test_a_withdrawn_file_is_left_out_and_its_bytes_do_not_come_back(send, tmp_path):
    store = tmp_path / "store"
    digest = send({"a.csv": ABSENCES}).submissions[0].id

    stone = withdraw(store, digest[:12], "Sent to us by mistake", "A. Keeper", dt.date(2025, 5, 1))
    received = send({"a.csv": ABSENCES})

    assert stone.hash == digest
    assert is_withdrawn(store, digest)
    assert not (store / digest).exists()
    assert received.staged == []
    assert received.submissions[0].left_out == "withdrawn-file-left-out"


def test_withdrawing_again_keeps_the_first_tombstone(send, tmp_path):
    store = tmp_path / "store"
    digest = send({"a.csv": ABSENCES}).submissions[0].id

    first = withdraw(store, digest, "Sent by mistake", "A. Keeper", dt.date(2025, 5, 1))
    second = withdraw(store, digest, "Again", "Somebody", dt.date(2025, 6, 1))

    assert second == first


@pytest.mark.parametrize(
    ("digest", "reason", "said"),
    [
        ("f" * 64, "why", "no such submission"),
        ("zz", "why", "not the hash"),
        ("f" * 64, " ", "reason"),
    ],
)
def test_a_withdrawal_that_makes_no_sense_is_refused(send, tmp_path, digest, reason, said):
    send({"a.csv": ABSENCES})

    with pytest.raises(UserError, match=said):
        withdraw(tmp_path / "store", digest, reason, "A. Keeper")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("name", ["store", "work"])
def test_a_folder_that_others_can_read_is_refused(send, tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name).chmod(0o755)

    with pytest.raises(UserError, match="can read"):
        send({"a.csv": ABSENCES})


def test_an_input_that_is_no_folder_is_refused(tmp_path, layouts):
    with pytest.raises(UserError, match="There is no folder"):
        receive_folder(tmp_path / "none", tmp_path / "work", layouts, tmp_path / "store")


def test_no_finding_and_no_refusal_holds_a_value(send):
    canary = "Quillfeather"
    received = send(
        {
            "patients.csv": f"subject_id,gender,dob\n{canary},{canary},{canary}\n1,2\n"
            f'1,"{canary}\n',
            "plain.csv": f"{canary},{canary}\n{canary}\n",
        }
    )

    assert received.findings
    assert canary not in repr(received.findings)
    assert canary not in repr(received.submissions)
