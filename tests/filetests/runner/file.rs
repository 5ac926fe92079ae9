//! A test file: its commands, its expectations, and where new ones would go.

use outlive::driver::Model;
use outlive::entity::{FuncId, InstId};
use std::fmt;

/// What to do with a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Command {
    Parse,
    Roundtrip,
    Canonical,
    Verify,
    Cfg,
    Escape { model: Model, closed: bool, summaries: bool },
    Suggest { model: Model },
    Opt { passes: String },
}

impl Command {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let command = match words.next()? {
            "parse" => Self::Parse,
            "roundtrip" => Self::Roundtrip,
            "canonical" => Self::Canonical,
            "verify" => Self::Verify,
            "cfg" => Self::Cfg,
            "escape" => {
                let (mut model, mut closed, mut summaries) = (Model::Gc, false, false);
                for word in words.by_ref() {
                    match word.strip_prefix("model=") {
                        Some(name) => model = Model::by_name(name)?,
                        None if word == "closed" => closed = true,
                        None if word == "summaries" => summaries = true,
                        None => return None,
                    }
                }
                Self::Escape { model, closed, summaries }
            }
            "suggest" => Self::Suggest { model: Model::by_name(words.next()?.strip_prefix("model=")?)? },
            "opt" => Self::Opt { passes: words.next()?.strip_prefix("passes=")?.to_owned() },
            _ => return None,
        };
        words.next().is_none().then_some(command)
    }

    /// The word that tells the expectations of several tests of one file apart.
    fn tag(&self) -> &'static str {
        match self {
            Self::Escape { closed: true, .. } => "closed",
            Self::Escape { model, .. } => model.name(),
            Self::Suggest { model: Model::Gc } => "suggest",
            Self::Suggest { model: Model::Textbook } => "suggest textbook",
            Self::Suggest { model: Model::Precise } => "suggest precise",
            _ => "",
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse => f.write_str("parse"),
            Self::Roundtrip => f.write_str("roundtrip"),
            Self::Canonical => f.write_str("canonical"),
            Self::Verify => f.write_str("verify"),
            Self::Cfg => f.write_str("cfg"),
            Self::Escape { model, closed, .. } => {
                write!(f, "escape {}{}", model.name(), if *closed { " closed" } else { "" })
            }
            Self::Suggest { model } => write!(f, "suggest {}", model.name()),
            Self::Opt { passes } => write!(f, "opt {passes}"),
        }
    }
}

/// The text of a file and what it says to do.
#[derive(Clone, Debug)]
pub(crate) struct TestFile {
    pub(crate) text: String,
    pub(crate) commands: Vec<Command>,
    /// New expectations: after which line, tag and text.
    blessed: Vec<(usize, &'static str, String)>,
    /// The new output of passes.
    out: Option<Vec<String>>,
}

impl TestFile {
    pub(crate) fn new(text: &str) -> Self {
        let header = text.lines().take_while(|line| line.is_empty() || line.starts_with(';'));
        let commands = header
            .filter_map(|line| line.strip_prefix("; test: "))
            .map(|line| Command::parse(line).unwrap_or_else(|| panic!("unknown test `{line}`")))
            .collect();
        Self { text: text.into(), commands, blessed: Vec::new(), out: None }
    }

    /// Lines without comments, and without those that were only comment.
    pub(crate) fn uncommented(&self) -> String {
        self.text.lines().filter(|line| !line.trim_start().starts_with(';')).map(|line| format!("{line}\n")).collect()
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.text.lines().filter_map(|line| line.trim_start().strip_prefix("; error: ")).map(Into::into).collect()
    }

    /// The expected output of passes.
    pub(crate) fn output(&self) -> Vec<String> {
        self.text.lines().filter_map(|line| line.strip_prefix("; out: ")).map(Into::into).collect()
    }

    pub(crate) fn expect_output(&mut self, lines: Vec<String>) {
        self.out = Some(lines);
    }

    /// Expectations that concern a command.
    pub(crate) fn checks(&self, command: &Command) -> Vec<String> {
        let check = |line: &str| -> Option<String> {
            let rest = line.trim_start().strip_prefix("; check")?;
            let (tag, expected) = rest.split_once(": ")?;
            (tag.is_empty() || tag.trim() == command.tag()).then(|| expected.to_owned())
        };
        self.text.lines().filter_map(check).collect()
    }

    /// The line of an instruction, of a function's header, or of nothing in particular.
    pub(crate) fn line_of_inst(&self, func: Option<FuncId>, inst: Option<InstId>) -> usize {
        let Some(func) = func else {
            let header = self.text.lines().take_while(|line| line.is_empty() || line.starts_with(';'));
            return header.filter(|line| !line.starts_with("; error: ")).count().saturating_sub(1);
        };
        let mut funcs = 0;
        let mut at = None;
        for (number, line) in self.text.lines().enumerate() {
            let line = line.split(';').next().unwrap_or("").trim();
            if line.starts_with("func ") {
                if funcs == func.index() {
                    at = Some((number, 0));
                }
                funcs += 1;
            } else if let Some((start, insts)) = &mut at {
                if line == "}" {
                    return *start;
                }
                if !line.is_empty() && !line.ends_with(':') {
                    if inst.is_some_and(|inst| inst.index() == *insts) {
                        return number;
                    }
                    *insts += 1;
                }
            }
            if let (Some((start, _)), None) = (at, inst) {
                return start;
            }
        }
        at.map_or(0, |(start, _)| start)
    }

    /// The line that declares the entity an answer begins with: `s3`, `f0.p1`, `f0.b2`.
    fn line_of(&self, answer: &str) -> usize {
        let entity = answer.split(' ').next().unwrap_or("");
        let Some((func, part)) = entity.split_once('.') else {
            let is_entity = |line: &str| {
                line.split(';').next().unwrap_or("").split(|c: char| !c.is_alphanumeric()).any(|word| word == entity)
            };
            return self.text.lines().position(is_entity).unwrap_or(0);
        };
        let func = func[1..].parse().map(FuncId::from_usize).ok();
        let start = self.line_of_inst(func, None);
        match part.strip_prefix('b').map(str::parse::<usize>) {
            Some(Ok(block)) => {
                let label = |line: &&str| line.split(';').next().unwrap_or("").trim_end().ends_with(':');
                let lines: Vec<&str> = self.text.lines().collect();
                (start..lines.len()).filter(|&n| label(&lines[n])).nth(block).unwrap_or(start)
            }
            _ => start,
        }
    }

    pub(crate) fn expect_error(&mut self, line: usize, text: &str) {
        self.blessed.push((line, "error", text.into()));
    }

    pub(crate) fn expect_checks(&mut self, command: &Command, answers: &[String]) {
        for answer in answers {
            self.blessed.push((self.line_of(answer), command.tag(), answer.clone()));
        }
    }

    /// The text with the new expectations in the place of the old.
    pub(crate) fn written(&self) -> String {
        let models: Vec<&str> = self.commands.iter().map(Command::tag).filter(|tag| !tag.is_empty()).collect();
        let has = |line: usize, tag: &str, text: &str| {
            self.blessed.iter().any(|(l, t, x)| (*l, *t, x.as_str()) == (line, tag, text))
        };
        let mut out = String::new();
        for (number, line) in self.text.lines().enumerate() {
            let start = line.trim_start();
            if start.starts_with("; check") || start.starts_with("; error: ") || line.starts_with("; out: ") {
                continue;
            }
            out.push_str(line);
            out.push('\n');
            let indent = &line[..line.len() - start.len()];
            for (_, tag, text) in self.blessed.iter().filter(|(at, ..)| *at == number) {
                let shared = models.iter().all(|model| has(number, model, text));
                match *tag {
                    "error" => out.push_str(&format!("{indent}; error: {text}\n")),
                    "" => out.push_str(&format!("{indent}; check: {text}\n")),
                    _ if !shared => out.push_str(&format!("{indent}; check {tag}: {text}\n")),
                    first if first == models[0] => out.push_str(&format!("{indent}; check: {text}\n")),
                    _ => {}
                }
            }
        }
        for line in self.out.iter().flatten() {
            out.push_str(&format!("; out: {line}\n"));
        }
        out
    }
}
