//! What the author's check stores: the verdicts on whoever begins a step, and on mistakes.

pub(super) const FILES: &[(&str, &str)] = &[
    ("labs/1-alpha/verdicts/1-one.verdict", ONE),
    ("labs/1-alpha/verdicts/2-two.verdict", TWO),
    ("labs/1-alpha/verdicts/3-sum.verdict", SUM),
    ("labs/1-alpha/mistakes/off-by-one.verdict", OFF_BY_ONE),
    ("labs/1-alpha/mistakes/a-sum-lost.verdict", SUM),
    ("labs/2-beta/verdicts/1-yes.verdict", YES),
];

const ONE: &str = "\
yours           wanted
└─ Some(0)      └─ 1

cause[nothing-counted]: Some(0) is not 1
  help: count

cause[too-hasty]: perhaps
  help: take your time
";
const TWO: &str = "\
yours           wanted
└─ Some(0)      └─ 2

cause[nothing-counted]: Some(0) is not 2
  help: count

cause[too-hasty]: perhaps
  help: take your time
";
const SUM: &str = "\
yours           wanted
└─ None      └─ 3

cause[no-sum]: None is not 3
  help: add

cause[too-hasty]: perhaps
  help: take your time
";
const OFF_BY_ONE: &str = "\
yours           wanted
└─ Some(3)      └─ 2

cause[miscounted]: Some(3) is not 2
  help: count again

cause[too-hasty]: perhaps
  help: take your time
";
const YES: &str = "\
cause[said-no]: no is not yes
  help: say yes
";
