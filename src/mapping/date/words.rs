//! The words that dates are written with, in seven languages. It stands alone because it is data.

/// The months, folded, in English, French, Spanish, German, Dutch, Italian and Portuguese; no word means two.
pub(super) const MONTHS: [&str; 12] = [
    "january jan janvier janv enero ene januar janner januari gennaio gen janeiro",
    "february feb fevrier fevr fev febrero februar februari febbraio fevereiro",
    "march mar mars marzo marz mrz maart mrt marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo mei maggio mag maio",
    "june jun juin junio juni giugno giu junho",
    "july jul juillet juil julio juli luglio lug julho",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre setiembre settembre set sett setembro",
    "october oct octobre octubre oktober okt ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec decembre diciembre dic dezember dez dicembre dezembro",
];

/// The days of the week, folded, in the same languages; they add nothing.
pub(super) const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo \
    montag dienstag mittwoch donnerstag freitag samstag sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag \
    zondag lunedi martedi mercoledi giovedi venerdi domenica segunda terca quarta quinta sexta feira";

/// Words that stand between the parts of a date or behind its day.
pub(super) const FILLERS: &str =
    "de del d of the le den der di do el al am at a um om alle las as on st nd rd th er o";

/// Whether a list of words has this one.
pub(in super::super) fn is_among(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}
