//! rolo moves address books: it reads a contact sheet, understands it, checks it against the rules of the
//! vendor it is going to, plans what would change, uploads at the vendor's pace, and accounts for every row.
//!
//! # The promise
//!
//! 1. Every row read is accounted for: the totals reconcile, or the run is an error.
//! 2. What a dry run shows is what the run sends: one code path, the exact bytes.
//! 3. A create is never sent twice. A row whose answer was lost is *in doubt*, never guessed at.
//! 4. Nothing is lost silently: a value that the vendor cannot hold is named, per row, before anything is sent.
//! 5. The same sheet tomorrow changes nothing.
//!
//! # The line
//!
//! ```text
//!  sheet ──read──► Row ──map──► Draft ──normalize──┐
//!                                                  ├──► Contact ──validate──► encode ──► plan ──► upload ──► report
//!  vendor ──fetch──► record ──decode───────────────┘                                      ▲          │
//!                                                     what the target holds already ──────┘          └──► ledger
//! ```
//!
//! A stage never looks back. The modules below stand in the order of the line, and each imports only modules
//! that stand before it; a test holds them to that.
//!
//! # The words
//!
//! *Sheet*: a table of contacts in any format. *Row*: one record of it, with its *place*. *Draft*: a row after
//! mapping, still text. *Contact*: the neutral model, typed. *Vendor*: one of the systems that contacts go to.
//! *Target*: one account at a vendor, named in `rolo.toml`. *Book*: what identifies a target's address book for
//! ever: vendor, base URL, account. *Payload*: the vendor's JSON for one contact. *Loss*: a value with no place in the payload. *Plan*: the
//! steps of a run with their payloads. *Run*: one plan and what became of it. *Ledger*: the durable record of
//! runs and links. *Link*: our key, under its parent ↔ the vendor's id in one book. *Fate*: what became of a step. *In doubt*: it
//! left, and no answer came.
//!
//! **Bad rows are data, bad circumstances are errors.** A row's problems are [`model::Diagnostic`]s that travel
//! with it and stop nothing; `Result` is for what stops the run.
//!
//! # From outside
//!
//! [`engine`] is the way in: an [`engine::Account`], a [`engine::Session`] with it, an [`engine::ImportSpec`], and a
//! [`ledger::Store`] make an [`engine::Import`], which is planned, shown, saved or sent. It tells an [`engine::Host`] what
//! happens and returns an [`engine::Error`]; the command line is one such host. `examples/` has three more.
//!
//! # Flow and memory
//!
//! Rows travel in chunks: a reader thread decodes; each worker takes a chunk, maps, normalizes, validates and encodes its
//! rows, and makes of them what the command writes: lines of a report, or drafts of steps, whose cells, remarks and losses are
//! texts from then on ([`wire::JsonList`]); the calling thread takes that in the rows' order ([`intake`]). Rules
//! that look across rows see the chunks in turn, and keep hashes only. The plan goes to the [`ledger`] chunk by chunk; [`upload`] drains it from there;
//! the [`report`] streams from there. Nothing holds the whole sheet.
//!
//! Network work is one current-thread tokio loop with some lanes, and one client with its connections, for a whole command
//! ([`engine::Session`]): the lists of several parents are read side by side. The ledger's commits happen on a thread of their own ([`ledger::LedgerWriter`]), so that the loop never waits for a disk.
//!
//! # The ledger's seam
//!
//! What is kept of runs, steps and links is asked through three traits ([`ledger::Store`]): errors that name no database, data
//! for criteria, pages for lists. A run holds its book by a [`ledger::Lease`]; whatever it writes, it writes under that, so
//! that a store on a server can refuse whoever has lost it. [`ledger::Sqlite`] keeps a file, [`ledger::Memory`] serves tests
//! and examples, and one suite says what both promise.
//!
//! # Pairing
//!
//! Every row passes through the line and into the ledger with what a link says of it. When all rows are known, what the
//! target holds is read once, under the parents that matter ([`upload::prefetch`]), into a [`engine::MatchIndex`]: a private
//! file that is gone with the plan, indexed by [`plan::MatchKey`]s. From there the records of rows without a link are
//! found, by the rule in [`plan::choose`], and each step is decided by its [`plan::Change`]s: what sending its payload
//! would change of what stands there. Where links decide every row, nothing is looked for, and a record that says just what its
//! row says is known by a digest of both. Both sides are payloads, so that what a vendor cannot hold changes nothing. What a
//! contact hangs under is a part of what it is linked by ([`model::ScopedKey`]), and no part of the book: the account has
//! one lock and one pace. The look serves as the run's survey, since it is older than anything that the run makes.
//!
//! Who a contact is, its [`model::Identity`] says: name, e-mail addresses and numbers, of the typed contact, restricted to
//! what the vendor took of them ([`backend::Consumer`]). A record is decoded to a contact and encoded again, so both sides
//! have one, and neither is guessed from the vendor's JSON: a free value that looks like an address is none. A step's
//! identity stands beside its payload in the ledger, and as digests in the link when the step is erased: a key that
//! leads to somebody else's record changes nothing ([`plan::IdentityDigest`]).
//!
//! # Plan and apply
//!
//! An import is a plan that is sent at once; `rolo plan` saves it instead, and `rolo apply` sends the saved payloads. A
//! saved plan keeps what it stood on: what each of its contacts was linked to, a digest of each record that it would
//! touch, and who was there where it would make somebody ([`upload::plan_snapshot`]). All that is looked at again before it is
//! applied; it was `saved` before it was `planned`, so that no crash leaves a plan that a resume would send.
//!
//! An update that is merged with what its record holds is *rehearsed*: the record as the plan read it stands beside the
//! payload, and the exchange's own steps are read with it ([`wire::Foreseen`]), so that the bytes can be shown. The run
//! reads the record again, and is held to what was shown ([`upload::Promise`]): where something else would be sent, a saved
//! plan refuses the row, and an import says so on it.
//!
//! # Intent
//!
//! What is asked of an import is made into one [`engine::ImportSpec`], once, from flags, environment and `rolo.toml`: what
//! is read and how, where it goes and with which settings, which record is whose, what stops it, how fast it is sent.
//! From there on only the spec counts. It is kept with the run, versioned and without a secret, so that whoever takes the
//! run up again (resume, retry, apply, undo) does what was asked then; a target's address and its credentials are
//! those of today, and must lead to the same book. The command line is kept to be shown.
//!
//! # Unwatched
//!
//! A sheet that comes again and again is a *feed* ([`ledger::Feed`]): the run before tells what it looked like, and
//! between plan and delivery an import that differs too much stops ([`mapping::Mapping::drifted`] for its columns).
//! Folders and globs are a loop around the import of one sheet ([`batch`]); a file is moved only when its run has ended,
//! and stays where the next night can go on. Who is told ([`transport::Webhook`], a command, metrics) is
//! told afterwards, and holds up nothing.
//!
//! # Delivery
//!
//! A step is *claimed* (durably marked as sent) before its first byte leaves, and *settled* when its answer is
//! known; what a crash leaves between the two is in doubt. What may be sent again is decided by the exchange's
//! [`wire::Effect`] and by whether the request left ([`transport::RetryPolicy`]), never by the HTTP verb: two of
//! the vendors create by PUT.
//!
//! A list ends by what its pages bring, whatever the vendor says of them ([`fetch::fetch_of`]): a page that brings nothing new
//! ends it, and where count and records differ it is read once more, then called short ([`fetch::Extent`]). What is no list is
//! an error, never an empty one.
//!
//! What comes from outside is bounded: an answer by the target's `max_answer`, a list, which is cut into parts while it arrives
//! ([`wire::ListSplitter`]), by that for each of its rows, what is opened by [`sheet`], settings by [`sheet::small_text`]. Once the stop
//! is said, what only reads is broken off, and an answer to a change is waited for some seconds.
//!
//! Doubt is settled by looking. Before a run makes anything, the ids that each parent holds are noted
//! ([`upload::survey`]); afterwards, at the next import, and on resume, a record that was not there, that no
//! contact of ours owns, and that says what was sent is the lost answer. What is alike and not equal stays in doubt.
//! An absence counts only where the list proves that it is up to date: it shows everything that we made there since, and
//! among that a record whose request left after the lost one was given up ([`plan::Moment`]; the last create of an upload
//! waits for all others for that reason). Then the row is sent again, once; a third time only a person has it sent
//! ([`ledger::Decision`]). An id that the vendor names twice, or that stood there before, is no answer: it never becomes a link.
//!
//! Each commit of a run asks whether the ledger's files are still where they were: what is written into a deleted file, no
//! other run would find. Such a run claims nothing more, waits for what is in flight, and reports
//! ([`ledger::LedgerError::Displaced`]).
//!
//! What outlives a run's rows, when they are pruned, are its links, which know their person by digests only, and its reports,
//! whose folders the ledger knows until they are deleted ([`ledger::Reported`]): whoever is forgotten is looked for in both.
//!
//! A *canary* is the first few steps, delivered alone, settled, read back and compared with what was sent, value by
//! value, before the others go.
//!
//! # Secrets
//!
//! A vendor, or what stands before it, may quote what it was asked. Every answer comes in with the secrets that are known by
//! then ([`wire::Secrets`]: credentials, every pass got with them, and what the request itself carried), and words are made
//! of an answer in one place only, [`wire::Refusal`], where they are masked in whatever form they come back. Data is not
//! masked: a token must be read, and a record would be written back so. No message quotes a record, or a yes to a sign-in.

mod private_file;

pub mod model;

pub mod sheet;

pub mod mapping;

pub mod normalize;

pub mod validate;

pub mod wire;

pub mod backend;

pub mod intake;

pub mod plan;

pub mod ledger;

pub mod transport;

pub mod fetch;

pub mod upload;

pub mod engine;

pub mod report;

pub mod config;

pub mod batch;

pub mod sandbox;

#[doc(hidden)]
pub mod cli;
