"""The mails that programs wrote in answer to a letter of ours: a file each, and expected.tsv with what each is."""
import pathlib
import sys


class Kept:
    def __init__(self, out):
        self.out = pathlib.Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.table = []

    def keep(self, name, mail, kinds, action="", recipient=""):
        mail = mail if isinstance(mail, bytes) else mail.encode()
        if not mail.strip():
            print(f"{name}: nothing was written", file=sys.stderr)
            return
        (self.out / f"{name}.eml").write_bytes(mail)
        self.table.append("\t".join([f"{name}.eml", kinds, action, recipient]))

    def make(self, makers):
        """Asks one program after another. One that is not there keeps no other from being asked."""
        for make in makers:
            try:
                make()
            except Exception as error:
                print(f"{make.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
        (self.out / "expected.tsv").write_text("\n".join(["file\tkinds\taction\trecipient", *self.table]) + "\n")
        print(f"{len(self.table)} mails in {self.out}")
