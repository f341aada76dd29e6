"""Which notices go along, what a bill of materials keeps, and where the links of a package lead: `python3 -m unittest discover -s packaging`."""

import tempfile
import unittest
from pathlib import Path

import built_in
import pages

OWN = built_in.said("rustc", "-vV").split("host: ")[1].split()[0]


def package(licence, authors=("Ana <ana@example.org>",)):
    return {"name": "one", "version": "1.0.0", "license": licence, "authors": list(authors)}


class Notices(unittest.TestCase):
    def test_a_library_without_a_text_gets_that_of_its_licence(self):
        whole = "Apache License\nVersion 2.0, January 2004\n…\nlimitations under the License."
        texts = ["Apache License Version 2.0, January 2004, and no more", whole, whole + " MIT"]
        for licence, expected in [
            ("MIT", "Copyright (c) Ana\n\nPermission is hereby granted"),
            ("Apache-2.0/MIT", "Copyright (c) Ana\n\nPermission is hereby granted"),
            ("0BSD OR CC0-1.0", "Copyright (c) Ana\n\nPermission to use, copy"),
            ("Apache-2.0", whole),
            ("Apache-2.0 WITH LLVM-exception OR MPL-2.0", whole),
        ]:
            lent = built_in.lent_texts(package(licence), texts)
            self.assertEqual([text.startswith(expected) for text in lent], [True], licence)
        self.assertIn("(c) the authors of one\n", built_in.lent_texts(package("MIT", []), [])[0])

    def test_what_nobody_knows_the_terms_of_is_not_passed_over(self):
        for licence in ["MPL-2.0", "Proprietary", "NotMIT", None]:
            self.assertEqual(built_in.lent_texts(package(licence), ["MIT"]), [], licence)

    def test_all_that_is_linked_has_a_text_and_nothing_else(self):
        packages = built_in.built_in(OWN, "pdf")
        names = {package["name"] for package in packages}
        self.assertLessEqual({"rusqlite", "aws-lc-sys", "rustls", "typst-assets", "libmimalloc-sys"}, names)
        self.assertFalse({"serde_derive", "cc", "askama_derive", "undersigned", "windows-sys"} & names)
        text = built_in.notices(packages)
        for part in ["\nrustls ", "OpenSSL", "Daan Leijen", "Linux Libertine", "The Rust Standard Library"]:
            self.assertIn(part, text)
        self.assertNotIn("typst", {package["name"] for package in built_in.built_in(OWN, "")})


class Bill(unittest.TestCase):
    def test_only_what_is_linked_stays(self):
        parts = [{"name": name, "version": "1.0.0", "bom-ref": name} for name in ["one", "cc"]]
        bill = {
            "metadata": {"component": {"bom-ref": "undersigned"}},
            "components": parts,
            "dependencies": [{"ref": "undersigned", "dependsOn": ["one", "cc"]}, {"ref": "one"}, {"ref": "cc"}],
        }
        kept = built_in.shortened(bill, [package("MIT")])
        self.assertEqual([part["name"] for part in kept["components"]], ["one"])
        self.assertEqual(kept["dependencies"], [{"ref": "undersigned", "dependsOn": ["one"]}, {"ref": "one", "dependsOn": []}])

    def test_a_bill_that_lacks_something_is_refused(self):
        bill = {"metadata": {"component": {"bom-ref": "undersigned"}}, "components": [], "dependencies": []}
        with self.assertRaisesRegex(SystemExit, "lacks .*one"):
            built_in.shortened(bill, [package("MIT")])


class Links(unittest.TestCase):
    def test_each_link_of_a_package_leads_somewhere(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            pages.write(out)
            followed = 0
            for page in [out / "README.md", *out.glob("docs/*.md")]:
                for _, _, name in pages.LINK.findall(page.read_text(encoding="utf-8")):
                    file = pages.place(name)
                    if file is not None:
                        self.assertTrue((page.parent / file).exists(), f"{page}: {name}")
                        followed += 1
            self.assertGreater(followed, 20)
            self.assertIn("CONTRIBUTING.md (in the sources)", (out / "README.md").read_text(encoding="utf-8"))

    def test_a_link_to_nowhere_is_refused(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, "gone.md is not there"):
            pages.along("see [that](gone.md)", Path("README.md"), Path(folder))


if __name__ == "__main__":
    unittest.main()
