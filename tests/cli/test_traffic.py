"""test_traffic.py - what must be dropped, and how much may be said for how much: exactly that, or it is told where."""
import os

from program import Program

REPLAYED = ('dropped: [{why: a record that came before, at: "${at}", times: 5}]')


class Traffic(Program):
    LEFT_OUT = ("refusals",)

    def attack(self, name):
        return self.read(self.scenarios, "knox", "attacks", name + ".yaml").decode()

    def changed(self, name, old, new):
        text = self.attack(name)
        self.assertIn(old, text)
        self.line = text[:text.index(old)].count("\n") + 1
        return self.write(name + ".yaml", text.replace(old, new))

    def errors(self, path, *options):
        runs = self.objects("run", path, "--json", *options, status=1)
        return [[(e["line"], e["column"], e["text"]) for e in run["errors"]] for run in runs]


class Dropped(Traffic):
    def test_another_number_is_told_at_its_place(self):
        path = self.changed("t26-replayed", REPLAYED, REPLAYED.replace("5", "4"))
        told = self.errors(path)
        for errors, actor in zip(told, ("secure_connect", "device")):
            self.assertEqual(errors, [(self.line, 19, f'dropped at {actor}: expected "a record that came before" 4 '
                                                      f'times, actual 5')])
        self.assertEqual(len(told), 2)

    def test_another_reason_is_told_with_what_was_dropped(self):
        path = self.changed("t26-replayed", REPLAYED, REPLAYED.replace("that came before", "whose tag is wrong"))
        (first, _) = self.errors(path)
        self.assertEqual([text for _, _, text in first],
                         ['dropped at secure_connect: expected "a record whose tag is wrong" 5 times, actual 0',
                          'dropped at secure_connect: expected nothing else, actual "a record that came before" '
                          '5 times'])

    def test_another_actor_is_told(self):
        path = self.changed("t33-other-address", "at: secure_connect", "at: noc")
        self.assertEqual([text for _, _, text in self.errors(path)[0]],
                         ['dropped at noc: expected "no record: too short for a head" 1 times, actual 0',
                          'dropped at secure_connect: expected nothing else, actual "no record: too short for a '
                          'head" 1 times'])

    def test_drops_are_of_the_seed_of_the_file(self):
        path = self.changed("t26-replayed", REPLAYED, REPLAYED.replace("5", "4"))
        runs = self.objects("run", path, "--json", "--seed", "8")
        self.assertEqual([run["result"] for run in runs], ["as expected"] * 2)

    def test_each_drop_is_a_record_of_the_trace(self):
        self.expect(0, "run", self.changed("t26-replayed", "seed: 7", "seed: 7"), "--case",
                    "from=device", "--out", "kept")
        (trace,) = (os.path.join(at, name) for at, _, names in os.walk(os.path.join(self.folder, "kept"))
                    for name in names if name == "run.trace")
        out, _ = self.expect(0, "show", trace, "--filter", "kind = drop")
        self.assertEqual(out.count("on tunnel: a record that came before, "), 5)

    def test_what_is_wrong_in_the_file_is_told_at_its_place(self):
        for old, new, words in (("5}", "0}", "expected an integer from 1"), ('"${at}"', "nobody", "unknown actor"),
                                ("why: ", "reason: ", "reason"),
                                ("5}]", "5}, {why: a record that came before, at: \"${at}\", times: 1}]",
                                 "expected one line for each actor and reason")):
            path = self.changed("t26-replayed", REPLAYED, REPLAYED.replace(old, new))
            _, err = self.expect(2, "lint", path)
            self.assertIn(f"t26-replayed.yaml:{self.line}:", err)
            self.assertIn(words, err)


class Amplification(Traffic):
    def test_a_victim_is_one(self):
        path = self.changed("t23-cookies-unchecked-weakened", "least: 10", "most: 3")
        ((error,),) = self.errors(path)
        self.assertEqual(error, (self.line, 19, "amplification on relay: expected at most 3, actual 87.40 (11100 "
                                                "bytes to user for 127)"))

    def test_what_checks_cookies_is_none(self):
        path = self.changed("t23-cookies-unchecked-weakened", "cookies: unchecked", "cookies: checked")
        (errors,) = self.errors(path)
        self.assertRegex(errors[0][2], r"^amplification on relay: expected at least 10, actual 0\.\d\d \(\d+ bytes to ")

    def test_the_report_says_what_was_measured(self):
        out, _ = self.expect(0, "run", self.changed("t23-small-questions", "seed: 7", "seed: 7"))
        self.assertIn("\namplified    relay: 0.90 (70 bytes to device for 77)\n", out)

    def test_an_honest_run_says_less_than_it_hears(self):
        text = self.text_of_next_app().replace("  verdict: holds", "  verdict: holds\n  amplification: "
                                                                  "{relay: {most: 1}}", 1)
        (run,) = self.objects("run", self.write("calm.yaml", text), "--json")
        self.assertEqual((run["result"], run["amplified"]), ("as expected", "relay: 0.47 (70 bytes to device for 147)"))

    def test_what_is_wrong_in_the_file_is_told_at_its_place(self):
        for new, words in (("{relay: {}}", "expected"),
                           ("{relay: {most: 1, least: 2}}", "expected least not above most"),
                           ("{relay: {most: 0}}", "expected an integer"),
                           ("{noc_link: {most: 3}}", "expected one of datagrams on a wire"),
                           ("{tunnel: {most: 3}}", "expected one of datagrams on a wire"),
                           ("{relays: {most: 3}}", 'did you mean "relay"?')):
            path = self.changed("t23-small-questions", "{relay: {most: 1}}", new)
            _, err = self.expect(2, "lint", path)
            self.assertIn(f"t23-small-questions.yaml:{self.line}:", err)
            self.assertIn(words, err)
