<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
<context>
    <name>BenchWords</name>
    <message>
        <source>from the verifier&apos;s own table</source>
        <translation>aus der eigenen Tabelle des Prüfers</translation>
    </message>
    <message>
        <source>the reference answer itself</source>
        <translation>die Referenzantwort selbst</translation>
    </message>
    <message>
        <source>boxed, among words</source>
        <translation>eingerahmt, zwischen Wörtern</translation>
    </message>
    <message>
        <source>boxed, in a formula</source>
        <translation>eingerahmt, in einer Formel</translation>
    </message>
    <message>
        <source>in an answer tag</source>
        <translation>in einer Antwortmarke</translation>
    </message>
    <message>
        <source>after reasoning</source>
        <translation>nach Überlegungen</translation>
    </message>
    <message>
        <source>right after a wrong box</source>
        <translation>richtig nach einem falschen Rahmen</translation>
    </message>
    <message>
        <source>more white space</source>
        <translation>mehr Leerraum</translation>
    </message>
    <message>
        <source>another line behind it</source>
        <translation>noch eine Zeile dahinter</translation>
    </message>
    <message>
        <source>words behind it</source>
        <translation>Wörter dahinter</translation>
    </message>
    <message>
        <source>said twice</source>
        <translation>zweimal gesagt</translation>
    </message>
    <message>
        <source>with a plus sign</source>
        <translation>mit Pluszeichen</translation>
    </message>
    <message>
        <source>with a typographic minus</source>
        <translation>mit typografischem Minus</translation>
    </message>
    <message>
        <source>with .0 behind it</source>
        <translation>mit .0 dahinter</translation>
    </message>
    <message>
        <source>with thousands separators</source>
        <translation>mit Tausendertrennung</translation>
    </message>
    <message>
        <source>as a percentage</source>
        <translation>als Prozentwert</translation>
    </message>
    <message>
        <source>one letter less</source>
        <translation>ein Buchstabe weniger</translation>
    </message>
    <message>
        <source>one letter more</source>
        <translation>ein Buchstabe mehr</translation>
    </message>
    <message>
        <source>one digit less</source>
        <translation>eine Ziffer weniger</translation>
    </message>
    <message>
        <source>another digit</source>
        <translation>eine andere Ziffer</translation>
    </message>
    <message>
        <source>last digit left out</source>
        <translation>letzte Ziffer ausgelassen</translation>
    </message>
    <message>
        <source>digits reversed</source>
        <translation>Ziffern umgedreht</translation>
    </message>
    <message>
        <source>sign turned round</source>
        <translation>Vorzeichen umgedreht</translation>
    </message>
    <message>
        <source>nearly the right number</source>
        <translation>fast die richtige Zahl</translation>
    </message>
    <message>
        <source>one divided by it</source>
        <translation>eins geteilt durch sie</translation>
    </message>
    <message>
        <source>ten times it</source>
        <translation>das Zehnfache</translation>
    </message>
    <message>
        <source>a hundred times it</source>
        <translation>das Hundertfache</translation>
    </message>
    <message>
        <source>infinity</source>
        <translation>unendlich</translation>
    </message>
    <message>
        <source>an interval around it</source>
        <translation>ein Bereich um sie herum</translation>
    </message>
    <message>
        <source>plus or minus it</source>
        <translation>plus oder minus</translation>
    </message>
    <message>
        <source>a list of many numbers</source>
        <translation>eine Liste vieler Zahlen</translation>
    </message>
    <message>
        <source>two answers at once</source>
        <translation>zwei Antworten auf einmal</translation>
    </message>
    <message>
        <source>two answers, the right one last</source>
        <translation>zwei Antworten, die richtige zuletzt</translation>
    </message>
    <message>
        <source>another option</source>
        <translation>eine andere Möglichkeit</translation>
    </message>
    <message>
        <source>all options at once</source>
        <translation>alle Möglichkeiten auf einmal</translation>
    </message>
    <message>
        <source>the answer to another problem</source>
        <translation>die Antwort auf eine andere Aufgabe</translation>
    </message>
    <message>
        <source>the program of another problem</source>
        <translation>das Programm einer anderen Aufgabe</translation>
    </message>
    <message>
        <source>nothing at all</source>
        <translation>gar nichts</translation>
    </message>
    <message>
        <source>says it does not know</source>
        <translation>sagt, dass es das nicht weiß</translation>
    </message>
    <message>
        <source>claims to be right</source>
        <translation>behauptet, richtig zu sein</translation>
    </message>
    <message>
        <source>talks to the grader</source>
        <translation>spricht den Prüfer an</translation>
    </message>
    <message>
        <source>repeats the question</source>
        <translation>wiederholt die Frage</translation>
    </message>
    <message>
        <source>a megabyte of text</source>
        <translation>ein Megabyte Text</translation>
    </message>
    <message>
        <source>far too long</source>
        <translation>viel zu lang</translation>
    </message>
    <message>
        <source>box never closed</source>
        <translation>Rahmen nie geschlossen</translation>
    </message>
    <message>
        <source>reasoning never ended</source>
        <translation>Überlegungen nie beendet</translation>
    </message>
    <message>
        <source>cut off inside the reasoning</source>
        <translation>in den Überlegungen abgeschnitten</translation>
    </message>
    <message>
        <source>without letters</source>
        <translation>ohne Buchstaben</translation>
    </message>
    <message>
        <source>one step left out</source>
        <translation>ein Schritt ausgelassen</translation>
    </message>
    <message>
        <source>last step left out</source>
        <translation>letzter Schritt ausgelassen</translation>
    </message>
    <message>
        <source>end left out</source>
        <translation>Ende ausgelassen</translation>
    </message>
    <message>
        <source>without an end</source>
        <translation>ohne Ende</translation>
    </message>
    <message>
        <source>a program among words</source>
        <translation>ein Programm zwischen Wörtern</translation>
    </message>
    <message>
        <source>a program without a fence</source>
        <translation>ein Programm ohne Codeblock</translation>
    </message>
    <message>
        <source>right after another program</source>
        <translation>richtig nach einem anderen Programm</translation>
    </message>
    <message>
        <source>a program that does nothing</source>
        <translation>ein Programm, das nichts tut</translation>
    </message>
    <message>
        <source>a program that defines nothing</source>
        <translation>ein Programm, das nichts definiert</translation>
    </message>
    <message>
        <source>a program that prints success</source>
        <translation>ein Programm, das Erfolg ausgibt</translation>
    </message>
    <message>
        <source>a program that ends the test</source>
        <translation>ein Programm, das den Test beendet</translation>
    </message>
    <message>
        <source>the reference program</source>
        <translation>das Referenzprogramm</translation>
    </message>
    <message>
        <source>the reference, then an exit</source>
        <translation>die Referenz, dann ein Abbruch</translation>
    </message>
    <message>
        <source>the reference, then an error</source>
        <translation>die Referenz, dann ein Fehler</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>another order</source>
        <translation>andere Reihenfolge</translation>
    </message>
    <message>
        <source>reversed</source>
        <translation>umgedreht</translation>
    </message>
    <message>
        <source>one element less</source>
        <translation>ein Element weniger</translation>
    </message>
    <message>
        <source>one element more</source>
        <translation>ein Element mehr</translation>
    </message>
    <message>
        <source>another element</source>
        <translation>ein anderes Element</translation>
    </message>
    <message>
        <source>spaces around it</source>
        <translation>Leerzeichen drumherum</translation>
    </message>
    <message>
        <source>with spaces</source>
        <translation>mit Leerzeichen</translation>
    </message>
    <message>
        <source>with commas</source>
        <translation>mit Kommas</translation>
    </message>
    <message>
        <source>the month in words</source>
        <translation>der Monat in Worten</translation>
    </message>
    <message>
        <source>day and month swapped</source>
        <translation>Tag und Monat vertauscht</translation>
    </message>
    <message>
        <source>without the year</source>
        <translation>ohne das Jahr</translation>
    </message>
    <message>
        <source>only the month</source>
        <translation>nur der Monat</translation>
    </message>
    <message>
        <source>day first</source>
        <translation>der Tag zuerst</translation>
    </message>
    <message>
        <source>with the weekday</source>
        <translation>mit dem Wochentag</translation>
    </message>
    <message>
        <source>another weekday</source>
        <translation>ein anderer Wochentag</translation>
    </message>
    <message>
        <source>one key less</source>
        <translation>ein Schlüssel weniger</translation>
    </message>
    <message>
        <source>one key twice</source>
        <translation>ein Schlüssel doppelt</translation>
    </message>
    <message>
        <source>null for a value</source>
        <translation>null statt eines Wertes</translation>
    </message>
    <message>
        <source>never closed</source>
        <translation>nie geschlossen</translation>
    </message>
    <message>
        <source>without quotation marks</source>
        <translation>ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>an alternative</source>
        <translation>eine Alternative</translation>
    </message>
    <message>
        <source>only one of them</source>
        <translation>nur eines davon</translation>
    </message>
    <message>
        <source>one name less</source>
        <translation>ein Name weniger</translation>
    </message>
    <message>
        <source>one name more</source>
        <translation>ein Name mehr</translation>
    </message>
    <message>
        <source>one row less</source>
        <translation>eine Zeile weniger</translation>
    </message>
    <message>
        <source>one row more</source>
        <translation>eine Zeile mehr</translation>
    </message>
    <message>
        <source>one value changed</source>
        <translation>ein Wert geändert</translation>
    </message>
    <message>
        <source>another value</source>
        <translation>ein anderer Wert</translation>
    </message>
    <message>
        <source>another word</source>
        <translation>ein anderes Wort</translation>
    </message>
    <message>
        <source>in words</source>
        <translation>in Worten</translation>
    </message>
    <message>
        <source>in brackets</source>
        <translation>in Klammern</translation>
    </message>
    <message>
        <source>in lines</source>
        <translation>in Zeilen</translation>
    </message>
    <message>
        <source>written out</source>
        <translation>ausgeschrieben</translation>
    </message>
    <message>
        <source>under a key</source>
        <translation>unter einem Schlüssel</translation>
    </message>
    <message>
        <source>with white space</source>
        <translation>mit Leerraum</translation>
    </message>
    <message>
        <source>negated twice</source>
        <translation>doppelt verneint</translation>
    </message>
    <message>
        <source>the opposite</source>
        <translation>das Gegenteil</translation>
    </message>
    <message>
        <source>no path</source>
        <translation>kein Weg</translation>
    </message>
    <message>
        <source>a jump</source>
        <translation>ein Sprung</translation>
    </message>
    <message>
        <source>two boxes</source>
        <translation>zwei Rahmen</translation>
    </message>
    <message>
        <source>two formulas</source>
        <translation>zwei Formeln</translation>
    </message>
    <message>
        <source>two reasonings</source>
        <translation>zweimal Überlegungen</translation>
    </message>
    <message>
        <source>true or false at once</source>
        <translation>wahr und falsch zugleich</translation>
    </message>
    <message>
        <source>start left out</source>
        <translation>Anfang ausgelassen</translation>
    </message>
    <message>
        <source>goal left out</source>
        <translation>Ziel ausgelassen</translation>
    </message>
    <message>
        <source>a tag</source>
        <translation>eine Marke</translation>
    </message>
    <message>
        <source>an empty tag</source>
        <translation>eine leere Marke</translation>
    </message>
    <message>
        <source>a forbidden text</source>
        <translation>ein verbotener Text</translation>
    </message>
    <message>
        <source>not scored</source>
        <translation>nicht bewertet</translation>
    </message>
    <message>
        <source>verdict changed</source>
        <translation>Urteil geändert</translation>
    </message>
    <message>
        <source>as it must be</source>
        <translation>wie es sein muss</translation>
    </message>
    <message>
        <source>wrongly accepted</source>
        <translation>zu Unrecht angenommen</translation>
    </message>
    <message>
        <source>wrongly refused</source>
        <translation>zu Unrecht abgelehnt</translation>
    </message>
    <message>
        <source>off by %1</source>
        <extracomment>%1 a number: the answer is wrong by so much</extracomment>
        <translation>um %1 daneben</translation>
    </message>
    <message>
        <source>Arithmetic step by step</source>
        <translation>Rechnen Schritt für Schritt</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>Ganze Zahl</translation>
    </message>
    <message>
        <source>Number with tolerance</source>
        <translation>Zahl mit Toleranz</translation>
    </message>
    <message>
        <source>Mathematical expression</source>
        <translation>Mathematischer Ausdruck</translation>
    </message>
    <message>
        <source>Multiple choice</source>
        <translation>Mehrfachauswahl</translation>
    </message>
    <message>
        <source>Exact text</source>
        <translation>Genauer Text</translation>
    </message>
    <message>
        <source>Python program with tests</source>
        <translation>Python-Programm mit Tests</translation>
    </message>
    <message>
        <source>Quantity with its unit</source>
        <translation>Größe mit Einheit</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Deadline</source>
        <translation>Frist</translation>
    </message>
    <message>
        <source>Span of time</source>
        <translation>Zeitspanne</translation>
    </message>
    <message>
        <source>Value of a formula</source>
        <translation>Wert einer Formel</translation>
    </message>
    <message>
        <source>Number with check digits</source>
        <translation>Zahl mit Prüfziffern</translation>
    </message>
    <message>
        <source>Quotation from sources</source>
        <translation>Zitat aus Quellen</translation>
    </message>
    <message>
        <source>JSON by a schema</source>
        <translation>JSON nach Schema</translation>
    </message>
    <message>
        <source>Text by a pattern</source>
        <translation>Text nach Muster</translation>
    </message>
    <message>
        <source>Knights and knaves</source>
        <translation>Ritter und Knappen</translation>
    </message>
    <message>
        <source>All of several verifiers</source>
        <translation>Alle von mehreren Prüfern</translation>
    </message>
    <message>
        <source>One of several verifiers</source>
        <translation>Einer von mehreren Prüfern</translation>
    </message>
    <message>
        <source>Weighted sum of verifiers</source>
        <translation>Gewichtete Summe von Prüfern</translation>
    </message>
    <message>
        <source>Logic formula satisfied</source>
        <translation>Logikformel erfüllt</translation>
    </message>
    <message>
        <source>Grid puzzle</source>
        <translation>Gitterrätsel</translation>
    </message>
    <message>
        <source>Path through a map</source>
        <translation>Weg durch eine Karte</translation>
    </message>
    <message>
        <source>Plan of actions</source>
        <translation>Handlungsplan</translation>
    </message>
    <message>
        <source>Constraints, decided by a solver</source>
        <translation>Bedingungen, von einem Löser entschieden</translation>
    </message>
    <message>
        <source>Follows, contradicts, unknown</source>
        <translation>Folgt, widerspricht, unbekannt</translation>
    </message>
    <message>
        <source>Equivalent formula</source>
        <translation>Gleichwertige Formel</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>Form der Antwort</translation>
    </message>
</context>
<context>
    <name>ChainListModel</name>
    <message>
        <source>correct</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>incorrect</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>partly correct</source>
        <translation>teilweise richtig</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>over the limit</source>
        <translation>über der Grenze</translation>
    </message>
    <message>
        <source>not scored</source>
        <translation>nicht bewertet</translation>
    </message>
</context>
<context>
    <name>ChainWords</name>
    <message>
        <source>The answer differs from the reference answer.</source>
        <translation>Die Antwort weicht von der Referenzantwort ab.</translation>
    </message>
    <message>
        <source>The answer&apos;s words differ from the reference answer.</source>
        <translation>Der Wortlaut der Antwort weicht von der Referenzantwort ab.</translation>
    </message>
    <message>
        <source>Another option was chosen than the right one.</source>
        <translation>Es wurde eine andere als die richtige Option gewählt.</translation>
    </message>
    <message>
        <source>Several options were named where one was asked for.</source>
        <translation>Es wurden mehrere Optionen genannt, obwohl nur eine verlangt war.</translation>
    </message>
    <message>
        <source>The answer names none of the options.</source>
        <translation>Die Antwort nennt keine der Optionen.</translation>
    </message>
    <message>
        <source>An option stands only in passing: it is not clear that it is meant.</source>
        <translation>Eine Option wird nur beiläufig erwähnt: Es ist nicht klar, ob sie gemeint ist.</translation>
    </message>
    <message>
        <source>Several candidates were offered as the answer; only one counts.</source>
        <translation>Es wurden mehrere mögliche Antworten angeboten; nur eine zählt.</translation>
    </message>
    <message>
        <source>More than one final answer was given.</source>
        <translation>Es wurde mehr als eine endgültige Antwort gegeben.</translation>
    </message>
    <message>
        <source>The answer is not a whole number.</source>
        <translation>Die Antwort ist keine ganze Zahl.</translation>
    </message>
    <message>
        <source>The answer cannot be read as one number.</source>
        <translation>Die Antwort lässt sich nicht als einzelne Zahl lesen.</translation>
    </message>
    <message>
        <source>The number is too large to be compared exactly.</source>
        <translation>Die Zahl ist zu groß, um exakt verglichen zu werden.</translation>
    </message>
    <message>
        <source>The answer is far longer than the reference answer.</source>
        <translation>Die Antwort ist weit länger als die Referenzantwort.</translation>
    </message>
    <message>
        <source>The text is too long to be checked.</source>
        <translation>Der Text ist zu lang, um geprüft zu werden.</translation>
    </message>
    <message>
        <source>The text does not have the form that was asked for.</source>
        <translation>Der Text hat nicht die verlangte Form.</translation>
    </message>
    <message>
        <source>A step calculates with another number than the task.</source>
        <translation>Ein Schritt rechnet mit einer anderen Zahl als die Aufgabe.</translation>
    </message>
    <message>
        <source>A step uses another operation than the task.</source>
        <translation>Ein Schritt verwendet eine andere Rechenart als die Aufgabe.</translation>
    </message>
    <message>
        <source>A step is calculated wrongly.</source>
        <translation>Ein Schritt ist falsch gerechnet.</translation>
    </message>
    <message>
        <source>There is a step that the task does not ask for.</source>
        <translation>Es gibt einen Schritt, den die Aufgabe nicht verlangt.</translation>
    </message>
    <message>
        <source>A step of the task is missing.</source>
        <translation>Ein Schritt der Aufgabe fehlt.</translation>
    </message>
    <message>
        <source>There are more steps than are checked.</source>
        <translation>Es gibt mehr Schritte, als geprüft werden.</translation>
    </message>
    <message>
        <source>No final answer stands in the text.</source>
        <translation>Der Text enthält keine endgültige Antwort.</translation>
    </message>
    <message>
        <source>The text does not end where the answer ends.</source>
        <translation>Der Text endet nicht dort, wo die Antwort endet.</translation>
    </message>
    <message>
        <source>The text was cut off at the length limit before it was finished.</source>
        <translation>Der Text wurde an der Längengrenze abgeschnitten, bevor er fertig war.</translation>
    </message>
    <message>
        <source>The reasoning never ended, so there is no answer.</source>
        <translation>Die Überlegung kam zu keinem Ende, daher gibt es keine Antwort.</translation>
    </message>
    <message>
        <source>The box around the answer is never closed.</source>
        <translation>Der Kasten um die Antwort wird nie geschlossen.</translation>
    </message>
    <message>
        <source>The box for the answer is empty.</source>
        <translation>Der Kasten für die Antwort ist leer.</translation>
    </message>
    <message>
        <source>The place for the answer is empty.</source>
        <translation>Die Stelle für die Antwort ist leer.</translation>
    </message>
    <message>
        <source>The reference answer cannot be read.</source>
        <translation>Die Referenzantwort lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The task cannot be read by this verifier.</source>
        <translation>Dieser Prüfer kann die Aufgabe nicht lesen.</translation>
    </message>
    <message>
        <source>The verifier&apos;s settings for this task are wrong.</source>
        <translation>Die Einstellungen des Prüfers für diese Aufgabe sind falsch.</translation>
    </message>
    <message>
        <source>The reference answer is not the task&apos;s answer.</source>
        <translation>Die Referenzantwort ist nicht die Antwort auf die Aufgabe.</translation>
    </message>
    <message>
        <source>Writing this text was interrupted.</source>
        <translation>Das Schreiben dieses Textes wurde unterbrochen.</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Step %1 is wrong: “%2”.</source>
        <extracomment>%1 number of the step, %2 what it says, like &quot;6+4=1&quot;</extracomment>
        <translation>Schritt %1 ist falsch: „%2“.</translation>
    </message>
    <message>
        <source>Step %1 is wrong: it says “%2”, %3.</source>
        <extracomment>%1 number of the step, %2 what it says, like &quot;6+4=1&quot;, %3 like &quot;expected 0&quot;</extracomment>
        <translation>Schritt %1 ist falsch: Dort steht „%2“, %3.</translation>
    </message>
    <message>
        <source>The verifier&apos;s reason: %1.</source>
        <extracomment>%1 a verifier&apos;s own short word for it</extracomment>
        <translation>Begründung des Prüfers: %1.</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln steps hold and the answer is right.</source>
        <translation>
            <numerusform>%Ln Schritt stimmt, und die Antwort ist richtig.</numerusform>
            <numerusform>Alle %Ln Schritte stimmen, und die Antwort ist richtig.</numerusform>
        </translation>
    </message>
    <message>
        <source>The answer equals the reference answer.</source>
        <translation>Die Antwort stimmt mit der Referenzantwort überein.</translation>
    </message>
    <message>
        <source>No verifier looked at this chain.</source>
        <translation>Kein Prüfer hat diesen Lösungsweg beurteilt.</translation>
    </message>
    <message>
        <source>The answer is “%1”, the reference answer is “%2”.</source>
        <translation>Die Antwort ist „%1“, die Referenzantwort ist „%2“.</translation>
    </message>
    <message>
        <source>This chain only measured the model on unseen tasks. It never trains.</source>
        <translation>Mit diesem Lösungsweg wurde das Modell nur an unbekannten Aufgaben gemessen. Er fließt nie ins Training ein.</translation>
    </message>
    <message>
        <source>Verified and chosen: the model was trained on this text.</source>
        <translation>Geprüft und ausgewählt: Das Modell wurde mit diesem Text trainiert.</translation>
    </message>
    <message>
        <source>Verified, but not chosen: this solution, or enough others of this task, had been kept already.</source>
        <translation>Geprüft, aber nicht ausgewählt: Diese Lösung oder genügend andere zu dieser Aufgabe waren bereits aufgenommen.</translation>
    </message>
    <message>
        <source>Not used: only verified texts are kept for training.</source>
        <translation>Nicht verwendet: Nur geprüfte Texte werden für das Training behalten.</translation>
    </message>
    <message>
        <source>This chain updated the weights.</source>
        <translation>Dieser Lösungsweg hat die Gewichte aktualisiert.</translation>
    </message>
    <message>
        <source>It did not update the weights: a chain that could not be scored never trains.</source>
        <translation>Er hat die Gewichte nicht aktualisiert: Ein Lösungsweg, der nicht bewertet werden konnte, fließt nie ins Training ein.</translation>
    </message>
    <message>
        <source>It did not update the weights: all chains of this task got the same reward, so there was nothing to learn from their differences.</source>
        <translation>Er hat die Gewichte nicht aktualisiert: Alle Lösungswege zu dieser Aufgabe erhielten denselben Reward, sodass es keine Unterschiede gab, aus denen sich lernen ließe.</translation>
    </message>
    <message>
        <source>It did not update the weights: in this run only chains that the verifier proves correct do.</source>
        <translation>Er hat die Gewichte nicht aktualisiert: In diesem Lauf tun das nur Lösungswege, die der Prüfer als richtig nachweist.</translation>
    </message>
    <message>
        <source>It did not update the weights.</source>
        <translation>Er hat die Gewichte nicht aktualisiert.</translation>
    </message>
    <message>
        <source>No rule applied.</source>
        <translation>Keine Regel traf zu.</translation>
    </message>
    <message>
        <source>The whole text is checked step by step; the answer follows “#”.</source>
        <translation>Der ganze Text wird Schritt für Schritt geprüft; die Antwort folgt auf „#“.</translation>
    </message>
    <message>
        <source>The text was cut off, so no answer is looked for.</source>
        <translation>Der Text wurde abgeschnitten, daher wird keine Antwort gesucht.</translation>
    </message>
    <message>
        <source>The reasoning was set aside; no answer followed it.</source>
        <translation>Die Überlegung wurde abgetrennt; danach folgte keine Antwort.</translation>
    </message>
    <message>
        <source>The whole text behind the reasoning is the answer.</source>
        <translation>Der gesamte Text nach der Überlegung ist die Antwort.</translation>
    </message>
    <message>
        <source>The text inside the answer tags.</source>
        <translation>Der Text zwischen den Antwort-Tags.</translation>
    </message>
    <message>
        <source>The last box around an answer.</source>
        <translation>Der letzte Kasten um eine Antwort.</translation>
    </message>
    <message>
        <source>What follows words like “the answer is”.</source>
        <translation>Was auf Wörter wie „the answer is“ folgt.</translation>
    </message>
    <message>
        <source>The last number in the text.</source>
        <translation>Die letzte Zahl im Text.</translation>
    </message>
    <message>
        <source>No place for an answer was found.</source>
        <translation>Es wurde keine Stelle für eine Antwort gefunden.</translation>
    </message>
    <message>
        <source>Compared as text, apart from case and spaces.</source>
        <translation>Als Text verglichen, ohne Rücksicht auf Groß- und Kleinschreibung und Leerzeichen.</translation>
    </message>
    <message>
        <source>Compared exactly.</source>
        <translation>Exakt verglichen.</translation>
    </message>
    <message>
        <source>Compared as formulas.</source>
        <translation>Als Formeln verglichen.</translation>
    </message>
    <message>
        <source>Compared as numbers with proven error bounds.</source>
        <translation>Als Zahlen mit bewiesenen Fehlerschranken verglichen.</translation>
    </message>
    <message>
        <source>Proved by a solver.</source>
        <translation>Von einem Solver bewiesen.</translation>
    </message>
    <message>
        <source>Run as a program in a sandbox with fewer walls (rung B).</source>
        <translation>Als Programm in einer Sandbox mit weniger Wänden ausgeführt (Stufe B).</translation>
    </message>
    <message>
        <source>Run as a program in a sandbox.</source>
        <translation>Als Programm in einer Sandbox ausgeführt.</translation>
    </message>
    <message>
        <source>Step-by-step arithmetic</source>
        <translation>Rechnung Schritt für Schritt</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>Ganze Zahl</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Multiple choice</source>
        <translation>Auswahlfrage</translation>
    </message>
    <message>
        <source>Exact text</source>
        <translation>Exakter Text</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Held-out check</source>
        <translation>Prüfung auf zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>Held-out check, most likely text</source>
        <translation>Prüfung auf zurückgehaltenen Fragen, wahrscheinlichster Text</translation>
    </message>
    <message>
        <source>Collecting solutions</source>
        <translation>Sammeln von Lösungen</translation>
    </message>
    <message>
        <source>Finished by itself</source>
        <translation>Von selbst beendet</translation>
    </message>
    <message>
        <source>Cut off at the length limit</source>
        <translation>An der Längengrenze abgeschnitten</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>Überlegung</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Text of the model</source>
        <translation>Text des Modells</translation>
    </message>
    <message>
        <source>This text is %1 long and is shown as bytes.</source>
        <extracomment>%1 a size like &quot;10.0 MB&quot;</extracomment>
        <translation>Dieser Text ist %1 lang und wird als Bytes angezeigt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln bytes are not valid text.</source>
        <translation>
            <numerusform>%Ln Byte ist kein gültiger Text.</numerusform>
            <numerusform>%Ln Bytes sind kein gültiger Text.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln invisible characters are shown as marks.</source>
        <translation>
            <numerusform>%Ln unsichtbares Zeichen wird als Symbol angezeigt.</numerusform>
            <numerusform>%Ln unsichtbare Zeichen werden als Symbole angezeigt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>One line has %Ln characters and is wrapped.</source>
        <translation>
            <numerusform>Eine Zeile hat %Ln Zeichen und wird umbrochen.</numerusform>
            <numerusform>Eine Zeile hat %Ln Zeichen und wird umbrochen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut off after %Ln tokens.</source>
        <translation>
            <numerusform>Nach %Ln Token abgeschnitten.</numerusform>
            <numerusform>Nach %Ln Token abgeschnitten.</numerusform>
        </translation>
    </message>
    <message>
        <source>The text was interrupted.</source>
        <translation>Der Text wurde unterbrochen.</translation>
    </message>
    <message numerus="yes">
        <source>A passage is repeated %Ln times in a row.</source>
        <translation>
            <numerusform>Eine Stelle wiederholt sich %Ln Mal hintereinander.</numerusform>
            <numerusform>Eine Stelle wiederholt sich %Ln Mal hintereinander.</numerusform>
        </translation>
    </message>
    <message>
        <source>The pieces of text behind the tokens are unknown.</source>
        <translation>Die Textstücke zu den Token sind nicht bekannt.</translation>
    </message>
    <message>
        <source>The tokens do not spell this text.</source>
        <translation>Die Token ergeben nicht diesen Text.</translation>
    </message>
    <message>
        <source>The text of this chain was removed.</source>
        <translation>Der Text dieses Lösungswegs wurde entfernt.</translation>
    </message>
    <message>
        <source>Texts over 1 MB open in the byte view. Nothing is left out.</source>
        <translation>Texte über 1 MB werden in der Byte-Ansicht geöffnet. Nichts wird ausgelassen.</translation>
    </message>
    <message>
        <source>They are shown as �; the byte view shows them as they are.</source>
        <translation>Sie werden als � angezeigt; die Byte-Ansicht zeigt sie unverändert.</translation>
    </message>
    <message>
        <source>They could hide or turn text around; the byte view shows them as they are.</source>
        <translation>Sie könnten Text verbergen oder umkehren; die Byte-Ansicht zeigt sie unverändert.</translation>
    </message>
    <message>
        <source>The wrapping is only on the screen; the text itself is unchanged.</source>
        <translation>Der Umbruch besteht nur auf dem Bildschirm; der Text selbst ist unverändert.</translation>
    </message>
    <message>
        <source>The length limit of the run ended it. The answer may be missing for that reason alone.</source>
        <translation>Die Längengrenze des Laufs hat ihn beendet. Die Antwort fehlt vielleicht nur aus diesem Grund.</translation>
    </message>
    <message>
        <source>A chain that was interrupted is never scored.</source>
        <translation>Ein unterbrochener Lösungsweg wird nie bewertet.</translation>
    </message>
    <message>
        <source>The repetitions are folded. Click a fold to see them all.</source>
        <translation>Die Wiederholungen sind eingeklappt. Klicken Sie darauf, um alle zu sehen.</translation>
    </message>
    <message>
        <source>The model&apos;s files may have changed since the run. Colours by token are off in the text view.</source>
        <translation>Die Dateien des Modells haben sich seit dem Lauf möglicherweise geändert. Die Farben nach Token sind in der Textansicht ausgeschaltet.</translation>
    </message>
    <message>
        <source>Its verdict and figures are still here.</source>
        <translation>Sein Urteil und seine Kennzahlen sind noch vorhanden.</translation>
    </message>
    <message>
        <source>under 1 ms</source>
        <translation>unter 1 ms</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>the task has no further step</source>
        <translation>obwohl die Aufgabe keinen weiteren Schritt hat</translation>
    </message>
    <message>
        <source>which is not a step of a calculation</source>
        <translation>was kein Rechenschritt ist</translation>
    </message>
    <message>
        <source>without “;” at its end</source>
        <translation>ohne „;“ am Ende</translation>
    </message>
    <message>
        <source>it had to begin with %1</source>
        <extracomment>%1 the number with which the step had to begin</extracomment>
        <translation>der Schritt musste mit %1 beginnen</translation>
    </message>
    <message>
        <source>expected %1</source>
        <extracomment>%1 the right value</extracomment>
        <translation>richtig wäre %1</translation>
    </message>
    <message>
        <source>The line that begins with &quot;####&quot;.</source>
        <translation>Die Zeile, die mit „####“ beginnt.</translation>
    </message>
    <message>
        <source>The last line that begins with &quot;Answer:&quot;.</source>
        <translation>Die letzte Zeile, die mit „Answer:“ beginnt.</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>No, go back</source>
        <translation>Nein, zurück</translation>
    </message>
</context>
<context>
    <name>CurveView</name>
    <message>
        <source>%1: %2, up %3 over %4</source>
        <extracomment>%1 curve, %2 value now, %3 change, %4 length of the x axis</extracomment>
        <translation>%1: %2, Anstieg um %3 über %4</translation>
    </message>
    <message>
        <source>%1: %2, down %3 over %4</source>
        <translation>%1: %2, Rückgang um %3 über %4</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>A value does not fit</source>
        <translation>Ein Wert passt nicht</translation>
    </message>
    <message>
        <source>Correct the value that is named, then try again.</source>
        <translation>Berichtigen Sie den genannten Wert und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>Something is not where it should be</source>
        <translation>Etwas ist nicht dort, wo es sein sollte</translation>
    </message>
    <message>
        <source>Check whether it was moved, renamed or deleted.</source>
        <translation>Prüfen Sie, ob es verschoben, umbenannt oder gelöscht wurde.</translation>
    </message>
    <message>
        <source>The name is taken</source>
        <translation>Der Name ist vergeben</translation>
    </message>
    <message>
        <source>Choose another name or another folder.</source>
        <translation>Wählen Sie einen anderen Namen oder einen anderen Ordner.</translation>
    </message>
    <message>
        <source>A file is damaged</source>
        <translation>Eine Datei ist beschädigt</translation>
    </message>
    <message>
        <source>Nothing was changed. Restore the file from a backup, or open another project.</source>
        <translation>Es wurde nichts geändert. Stellen Sie die Datei aus einer Sicherung wieder her oder öffnen Sie ein anderes Projekt.</translation>
    </message>
    <message>
        <source>This version cannot work with that</source>
        <translation>Diese Version kann damit nicht arbeiten</translation>
    </message>
    <message>
        <source>Use the version of Veritune that made it, or a newer one.</source>
        <translation>Verwenden Sie die Version von Veritune, mit der es erstellt wurde, oder eine neuere.</translation>
    </message>
    <message>
        <source>Access was refused</source>
        <translation>Der Zugriff wurde verweigert</translation>
    </message>
    <message>
        <source>Check who owns the file or folder and what you may do there.</source>
        <translation>Prüfen Sie, wem die Datei oder der Ordner gehört und welche Rechte Sie dort haben.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>Free some space; what was saved before is safe.</source>
        <translation>Schaffen Sie Platz; was zuvor gespeichert wurde, ist sicher.</translation>
    </message>
    <message>
        <source>The disk did not do what was asked</source>
        <translation>Der Datenträger hat den Auftrag nicht ausgeführt</translation>
    </message>
    <message>
        <source>Check that the drive is connected, then try again.</source>
        <translation>Prüfen Sie, ob das Laufwerk angeschlossen ist, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The memory is used up</source>
        <translation>Der Speicher ist erschöpft</translation>
    </message>
    <message>
        <source>Close other programs, or make the run smaller: fewer chains at once, shorter answers.</source>
        <translation>Schließen Sie andere Programme oder verkleinern Sie den Lauf: weniger Lösungswege gleichzeitig, kürzere Antworten.</translation>
    </message>
    <message>
        <source>It is in use</source>
        <translation>Wird gerade verwendet</translation>
    </message>
    <message>
        <source>Wait until the other work has ended, or stop it.</source>
        <translation>Warten Sie, bis die andere Arbeit beendet ist, oder brechen Sie sie ab.</translation>
    </message>
    <message>
        <source>The engine does not answer</source>
        <translation>Der Rechenkern antwortet nicht</translation>
    </message>
    <message>
        <source>Start the engine again; every completed step is stored.</source>
        <translation>Starten Sie den Rechenkern neu; jeder abgeschlossene Schritt ist gespeichert.</translation>
    </message>
    <message>
        <source>Stopped as you asked</source>
        <translation>Wie gewünscht angehalten</translation>
    </message>
    <message>
        <source>Veritune made a mistake</source>
        <translation>Veritune hat einen Fehler gemacht</translation>
    </message>
    <message>
        <source>Copy the details and send them to whoever looks after Veritune.</source>
        <translation>Kopieren Sie die Einzelheiten und senden Sie sie an die Person, die Veritune bei Ihnen betreut.</translation>
    </message>
</context>
<context>
    <name>HeatWords</name>
    <message>
        <source>No colours</source>
        <translation>Keine Farben</translation>
    </message>
    <message>
        <source>Surprise (log-probability)</source>
        <extracomment>what tokens are coloured by</extracomment>
        <translation>Überraschung (Log-Wahrscheinlichkeit)</translation>
    </message>
    <message>
        <source>Doubt (entropy)</source>
        <translation>Zweifel (Entropie)</translation>
    </message>
    <message>
        <source>Push from the reward (advantage)</source>
        <translation>Schub durch den Reward (Advantage)</translation>
    </message>
    <message>
        <source>Distance from the reference (KL)</source>
        <translation>Abstand von der Referenz (KL)</translation>
    </message>
    <message>
        <source>Expected reward (critic)</source>
        <translation>Erwarteter Reward (Kritiker)</translation>
    </message>
    <message>
        <source>The text is shown without colours behind it.</source>
        <translation>Der Text wird ohne farbigen Hintergrund angezeigt.</translation>
    </message>
    <message>
        <source>How unlikely each token was for the model when it wrote it. Strong colour: a rare choice.</source>
        <translation>Wie unwahrscheinlich jedes Token für das Modell war, als es geschrieben wurde. Kräftige Farbe: eine seltene Wahl.</translation>
    </message>
    <message>
        <source>How undecided the model was before each token, in nats. Strong colour: many continuations were about equally likely.</source>
        <translation>Wie unentschieden das Modell vor jedem Token war, in nat. Kräftige Farbe: Viele Fortsetzungen waren etwa gleich wahrscheinlich.</translation>
    </message>
    <message>
        <source>Which way training pushed each token: towards it (above zero) or away from it (below zero).</source>
        <translation>In welche Richtung das Training bei jedem Token gedrängt hat: zu ihm hin (über null) oder von ihm weg (unter null).</translation>
    </message>
    <message>
        <source>How much more (above zero) or less likely each token has become than in the model that training started from, in nats.</source>
        <translation>Wie viel wahrscheinlicher (über null) oder unwahrscheinlicher (unter null) jedes Token gegenüber dem Modell geworden ist, mit dem das Training begann, in nat.</translation>
    </message>
    <message>
        <source>The reward that the critic expected at each token, before the update.</source>
        <translation>Der Reward, den der Kritiker vor der Aktualisierung bei jedem Token erwartet hat.</translation>
    </message>
    <message>
        <source>probability %1 (log-probability %2)</source>
        <extracomment>%1 a percentage like &quot;99.0 %&quot;, %2 a number</extracomment>
        <translation>Wahrscheinlichkeit %1 (Log-Wahrscheinlichkeit %2)</translation>
    </message>
    <message>
        <source>entropy %1 nats</source>
        <translation>Entropie %1 nat</translation>
    </message>
    <message>
        <source>advantage %1</source>
        <translation>Advantage %1</translation>
    </message>
    <message>
        <source>distance from the reference %1 nats</source>
        <translation>Abstand von der Referenz %1 nat</translation>
    </message>
    <message>
        <source>ratio %1</source>
        <translation>Verhältnis %1</translation>
    </message>
    <message>
        <source>expected reward %1</source>
        <translation>erwarteter Reward %1</translation>
    </message>
    <message>
        <source>Log-probabilities: not recorded for this chain.</source>
        <translation>Log-Wahrscheinlichkeiten: für diesen Lösungsweg nicht aufgezeichnet.</translation>
    </message>
    <message>
        <source>Entropies: not recorded for this chain.</source>
        <translation>Entropien: für diesen Lösungsweg nicht aufgezeichnet.</translation>
    </message>
    <message>
        <source>Advantages: not recorded. Only chains of a training step have them.</source>
        <translation>Advantages: nicht aufgezeichnet. Es gibt sie nur für Lösungswege eines Trainingsschritts.</translation>
    </message>
    <message>
        <source>Reference log-probabilities: not recorded. The run did not compare with a reference model.</source>
        <translation>Log-Wahrscheinlichkeiten der Referenz: nicht aufgezeichnet. Der Lauf hat nicht mit einem Referenzmodell verglichen.</translation>
    </message>
    <message>
        <source>Critic values: not recorded. Only training with a critic (PPO) has them.</source>
        <translation>Werte des Kritikers: nicht aufgezeichnet. Es gibt sie nur beim Training mit einem Kritiker (PPO).</translation>
    </message>
    <message>
        <source>Training against sampling (ratio)</source>
        <translation>Training gegen Erzeugung (Verhältnis)</translation>
    </message>
    <message>
        <source>How much more (above zero) or less likely each token was in the update than when it was written, as a logarithm. Only texts that moved the weights have it.</source>
        <translation>Wie viel wahrscheinlicher (über null) oder unwahrscheinlicher jedes Token beim Aktualisieren war als beim Schreiben, als Logarithmus. Nur Texte, die die Gewichte bewegt haben, haben diese Werte.</translation>
    </message>
    <message>
        <source>Ratios: not recorded. Only chains that moved the weights have them, and runs of older versions of this program have none.</source>
        <translation>Verhältnisse: nicht aufgezeichnet. Nur Lösungswege, die die Gewichte bewegt haben, haben sie; Läufe älterer Fassungen dieses Programms haben keine.</translation>
    </message>
</context>
<context>
    <name>Metrics</name>
    <message>
        <source>Mean reward</source>
        <translation>Mittelwert des Rewards</translation>
    </message>
    <message>
        <source>Share of chains that the verifier proved right on the questions that it trains on. It should rise.</source>
        <translation>Anteil der Lösungswege, die der Prüfer auf den Trainingsfragen als richtig nachgewiesen hat. Er sollte steigen.</translation>
    </message>
    <message>
        <source>Held-out pass rate</source>
        <translation>Trefferquote auf zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>Share of right answers on questions that training never sees, with its 95 % interval. This is what counts: it should rise with the reward.</source>
        <translation>Anteil richtiger Antworten auf Fragen, die das Training nie sieht, mit 95-%-Intervall. Darauf kommt es an: Er sollte mit dem Reward steigen.</translation>
    </message>
    <message>
        <source>Held-out: solved by one of 8 chains</source>
        <translation>Zurückgehaltene Fragen: von einem der 8 Lösungswege gelöst</translation>
    </message>
    <message>
        <source>What the model can reach at all. Training mostly brings the pass rate up to this.</source>
        <translation>Was das Modell überhaupt erreichen kann. Das Training hebt vor allem die Trefferquote auf dieses Niveau.</translation>
    </message>
    <message>
        <source>Held-out, likeliest answer</source>
        <translation>Zurückgehaltene Fragen, wahrscheinlichste Antwort</translation>
    </message>
    <message>
        <source>Pass rate when the likeliest token is always taken.</source>
        <translation>Trefferquote, wenn stets das wahrscheinlichste Token gewählt wird.</translation>
    </message>
    <message>
        <source>Held-out, majority vote</source>
        <translation>Zurückgehaltene Fragen, Mehrheitsentscheid</translation>
    </message>
    <message>
        <source>Share of questions whose most frequent answer is right.</source>
        <translation>Anteil der Fragen, deren häufigste Antwort richtig ist.</translation>
    </message>
    <message>
        <source>Spread of the reward</source>
        <translation>Streuung des Rewards</translation>
    </message>
    <message>
        <source>Differences within the groups. Without them nothing can be learned.</source>
        <translation>Unterschiede innerhalb der Gruppen. Ohne sie lässt sich nichts lernen.</translation>
    </message>
    <message>
        <source>Groups without signal</source>
        <translation>Gruppen ohne Signal</translation>
    </message>
    <message>
        <source>Share of questions whose chains all got the same reward. Above 0.8 most of the work is lost.</source>
        <translation>Anteil der Fragen, deren Lösungswege alle denselben Reward erhielten. Über 0,8 geht der größte Teil der Arbeit verloren.</translation>
    </message>
    <message>
        <source>Groups all right</source>
        <translation>Durchweg richtige Gruppen</translation>
    </message>
    <message>
        <source>Share of questions that every chain solved: too easy by now.</source>
        <translation>Anteil der Fragen, die jeder Lösungsweg gelöst hat: inzwischen zu leicht.</translation>
    </message>
    <message>
        <source>Groups all wrong</source>
        <translation>Durchweg falsche Gruppen</translation>
    </message>
    <message>
        <source>Share of questions that no chain solved: too hard so far.</source>
        <translation>Anteil der Fragen, die kein Lösungsweg gelöst hat: bisher zu schwer.</translation>
    </message>
    <message>
        <source>Mean length</source>
        <translation>Mittlere Länge</translation>
    </message>
    <message>
        <source>Tokens per chain. A steady rise without more right answers is padding.</source>
        <translation>Token je Lösungsweg. Ein stetiger Anstieg ohne mehr richtige Antworten ist bloßes Füllwerk.</translation>
    </message>
    <message>
        <source>Length of right chains</source>
        <translation>Länge richtiger Lösungswege</translation>
    </message>
    <message>
        <source>Tokens per chain that the verifier accepted.</source>
        <translation>Token je Lösungsweg, den der Prüfer angenommen hat.</translation>
    </message>
    <message>
        <source>Length of wrong chains</source>
        <translation>Länge falscher Lösungswege</translation>
    </message>
    <message>
        <source>Tokens per chain that the verifier refused.</source>
        <translation>Token je Lösungsweg, den der Prüfer abgelehnt hat.</translation>
    </message>
    <message>
        <source>Cut off by the length limit</source>
        <translation>An der Längengrenze abgeschnitten</translation>
    </message>
    <message>
        <source>Share of chains that did not end by themselves. Above 0.1 the limit is too short or the model rambles.</source>
        <translation>Anteil der Lösungswege, die nicht von selbst endeten. Über 0,1 ist die Grenze zu knapp, oder das Modell schweift ab.</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>How undecided the model is, in nats per token. A fall to nearly 0 ends all exploration.</source>
        <translation>Wie unentschieden das Modell ist, in nat je Token. Ein Abfall auf fast 0 beendet jede Erkundung.</translation>
    </message>
    <message>
        <source>Distance from the start (KL)</source>
        <translation>Abstand vom Anfang (KL)</translation>
    </message>
    <message>
        <source>How far the model has moved from where this stage began.</source>
        <translation>Wie weit sich das Modell vom Beginn dieser Phase entfernt hat.</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>What the optimiser minimises. In reinforcement learning it says little and may be near 0.</source>
        <translation>Was der Optimierer minimiert. Beim bestärkenden Lernen sagt der Wert wenig aus und kann nahe 0 liegen.</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>Size of the update before clipping. Jumps are a warning.</source>
        <translation>Größe der Aktualisierung vor der Begrenzung. Sprünge sind ein Warnzeichen.</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Step size of the optimiser.</source>
        <translation>Schrittweite des Optimierers.</translation>
    </message>
    <message>
        <source>Probability of the demonstrations</source>
        <translation>Wahrscheinlichkeit der Vorführungen</translation>
    </message>
    <message>
        <source>How likely the model finds the tokens of the demonstrations. It should rise towards 1.</source>
        <translation>Für wie wahrscheinlich das Modell die Token der Vorführungen hält. Der Wert sollte gegen 1 steigen.</translation>
    </message>
    <message>
        <source>Time per step</source>
        <translation>Zeit je Schritt</translation>
    </message>
    <message>
        <source>Seconds.</source>
        <translation>Sekunden.</translation>
    </message>
    <message>
        <source>Chains that train</source>
        <translation>Lösungswege im Training</translation>
    </message>
    <message>
        <source>Share of chains that the verifier proved right and that update the weights.</source>
        <translation>Anteil der Lösungswege, die der Prüfer als richtig nachgewiesen hat und die die Gewichte aktualisieren.</translation>
    </message>
    <message>
        <source>Critic: explained variance</source>
        <translation>Kritiker: erklärte Varianz</translation>
    </message>
    <message>
        <source>1 = the critic foresees the reward, 0 = it knows nothing.</source>
        <translation>1 = der Kritiker sieht den Reward voraus, 0 = er weiß nichts.</translation>
    </message>
    <message>
        <source>Faults of the verifier</source>
        <translation>Fehler des Prüfers</translation>
    </message>
    <message>
        <source>Chains that could not be scored. They never train. Above 0.01 something is wrong.</source>
        <translation>Lösungswege, die nicht bewertet werden konnten. Sie fließen nie ins Training ein. Über 0,01 stimmt etwas nicht.</translation>
    </message>
    <message>
        <source>Questions all right, all wrong</source>
        <translation>Fragen: durchweg richtig, durchweg falsch</translation>
    </message>
    <message>
        <source>Questions whose chains all got the same verdict give no signal.</source>
        <translation>Fragen, deren Lösungswege alle dasselbe Urteil erhielten, geben kein Signal.</translation>
    </message>
    <message>
        <source>Length of right and wrong chains</source>
        <translation>Länge richtiger und falscher Lösungswege</translation>
    </message>
    <message>
        <source>Tokens per chain.</source>
        <translation>Token je Lösungsweg.</translation>
    </message>
    <message>
        <source>Held-out questions</source>
        <translation>Zurückgehaltene Fragen</translation>
    </message>
    <message>
        <source>Length of the chains</source>
        <translation>Länge der Lösungswege</translation>
    </message>
    <message>
        <source>Rewards by verifier</source>
        <translation>Rewards nach Prüfer</translation>
    </message>
    <message>
        <source>Clipping</source>
        <translation>Begrenzung (Clipping)</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Policy</translation>
    </message>
    <message>
        <source>Critic</source>
        <translation>Kritiker</translation>
    </message>
    <message>
        <source>Difference between sampler and trainer</source>
        <translation>Abweichung zwischen Erzeugung und Training</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Advantage</source>
        <translation>Advantage</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>Cold start</source>
        <translation>Kaltstart</translation>
    </message>
    <message>
        <source>Verifiable RL</source>
        <translation>Verifizierbares RL</translation>
    </message>
    <message>
        <source>Rejection sampling</source>
        <translation>Auswahl geprüfter Lösungen</translation>
    </message>
    <message>
        <source>%1 s</source>
        <extracomment>a duration in seconds</extracomment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <extracomment>a duration in minutes</extracomment>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <extracomment>a duration in hours</extracomment>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <extracomment>a range of two durations</extracomment>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Answers in the right form</source>
        <translation>Antworten in der richtigen Form</translation>
    </message>
    <message>
        <source>Share of the chains that ended by themselves with an answer where the verifier looks for it. Healthy: above 0.95.</source>
        <translation>Anteil der von selbst beendeten Lösungswege, deren Antwort dort steht, wo der Prüfer sie sucht. Gesund: über 0,95.</translation>
    </message>
    <message>
        <source>Memory of the engine</source>
        <translation>Speicher des Rechenkerns</translation>
    </message>
    <message>
        <source>MiB that the engine holds at the end of a step. Healthy: flat.</source>
        <translation>MiB, die der Rechenkern am Ende eines Schritts belegt. Gesund: gleichbleibend.</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>Freier Speicher</translation>
    </message>
    <message>
        <source>Share of the computer&apos;s memory that programs could still get.</source>
        <translation>Anteil des Arbeitsspeichers, den Programme noch bekommen könnten.</translation>
    </message>
</context>
<context>
    <name>Verdicts</name>
    <message>
        <source>Correct</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>The verifier proved the answer right: reward 1.</source>
        <translation>Der Prüfer hat die Antwort als richtig nachgewiesen: Reward 1.</translation>
    </message>
    <message>
        <source>Incorrect</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>The verifier refused the answer: reward 0.</source>
        <translation>Der Prüfer hat die Antwort abgelehnt: Reward 0.</translation>
    </message>
    <message>
        <source>Partly correct</source>
        <translation>Teilweise richtig</translation>
    </message>
    <message>
        <source>A part of the answer is right: a share of the reward.</source>
        <translation>Ein Teil der Antwort ist richtig: ein Anteil des Rewards.</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>No answer could be found in the text: reward 0.</source>
        <translation>Im Text war keine Antwort zu finden: Reward 0.</translation>
    </message>
    <message>
        <source>Over the limit</source>
        <translation>Über der Grenze</translation>
    </message>
    <message>
        <source>Checking the answer went over a limit: reward 0.</source>
        <translation>Die Prüfung der Antwort hat eine Grenze überschritten: Reward 0.</translation>
    </message>
    <message>
        <source>Not scored: reference answer at fault</source>
        <translation>Nicht bewertet: fehlerhafte Referenzantwort</translation>
    </message>
    <message>
        <source>The reference answer does not hold, so this chain never trains.</source>
        <translation>Die Referenzantwort ist nicht haltbar, daher fließt dieser Lösungsweg nie ins Training ein.</translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation>Nicht bewertet</translation>
    </message>
    <message>
        <source>Our machine failed here, not the answer; this chain never trains.</source>
        <translation>Hier hat unser Rechner versagt, nicht die Antwort; dieser Lösungsweg fließt nie ins Training ein.</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Abgeschlossen</translation>
    </message>
    <message>
        <source>Stopped and kept</source>
        <translation>Angehalten und behalten</translation>
    </message>
    <message>
        <source>Interrupted, can be resumed</source>
        <translation>Unterbrochen, kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
</context>
<context>
    <name>veritune::app</name>
    <message>
        <source>The verifier says the same again.</source>
        <translation>Der Prüfer kommt erneut zum selben Ergebnis.</translation>
    </message>
    <message>
        <source>The verifier comes to the same verdict for another reason.</source>
        <translation>Der Prüfer kommt aus einem anderen Grund zum selben Urteil.</translation>
    </message>
    <message>
        <source>The verifier says something else now.</source>
        <translation>Der Prüfer urteilt jetzt anders.</translation>
    </message>
    <message>
        <source>Answer then: %1. Answer now: %2.</source>
        <extracomment>%1 the answer found then, %2 the answer found now</extracomment>
        <translation>Antwort damals: %1. Antwort jetzt: %2.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>The verifier or its settings have changed since the run.</source>
        <translation>Der Prüfer oder seine Einstellungen haben sich seit dem Lauf geändert.</translation>
    </message>
</context>
<context>
    <name>veritune::app::Banner</name>
    <message>
        <source>Copy the details, without any content</source>
        <translation>Einzelheiten ohne Inhalte kopieren</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>veritune::app::BenchModel</name>
    <message>
        <source>accepted</source>
        <comment>an answer</comment>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>refused</source>
        <comment>an answer</comment>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Must be</source>
        <translation>Muss sein</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>%1 of %2 (at most %3 %)</source>
        <extracomment>a count of errors, of how many, and the upper end of the 95 % interval of their share</extracomment>
        <translation>%1 von %2 (höchstens %3 %)</translation>
    </message>
    <message>
        <source>Red: no row of this set has a verifier.</source>
        <translation>Rot: Keine Zeile dieses Satzes hat einen Prüfer.</translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln wrong answers were accepted. A model would learn to give them.</source>
        <translation>
            <numerusform>Rot: %Ln falsche Antwort wurde angenommen. Ein Modell würde lernen, sie zu geben.</numerusform>
            <numerusform>Rot: %Ln falsche Antworten wurden angenommen. Ein Modell würde lernen, sie zu geben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln verdicts changed when the case was checked again in another process.</source>
        <translation>
            <numerusform>Rot: %Ln Urteil änderte sich, als der Fall in einem anderen Prozess noch einmal geprüft wurde.</numerusform>
            <numerusform>Rot: %Ln Urteile änderten sich, als der Fall in einem anderen Prozess noch einmal geprüft wurde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln cases got no verdict. Look at them with “Not scored”.</source>
        <translation>
            <numerusform>Rot: %Ln Fall bekam kein Urteil. Sehen Sie ihn mit „Nicht bewertet“ an.</numerusform>
            <numerusform>Rot: %Ln Fälle bekamen kein Urteil. Sehen Sie sie mit „Nicht bewertet“ an.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln reference answers cannot be written as an answer.</source>
        <translation>
            <numerusform>Rot: %Ln Referenzantwort lässt sich nicht als Antwort schreiben.</numerusform>
            <numerusform>Rot: %Ln Referenzantworten lassen sich nicht als Antwort schreiben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Red: no wrong answer could be made from this set.</source>
        <translation>Rot: Aus diesem Satz ließ sich keine falsche Antwort bilden.</translation>
    </message>
    <message>
        <source>Red: not one right answer was accepted.</source>
        <translation>Rot: Nicht eine richtige Antwort wurde angenommen.</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln wrong answers were refused. 500 would prove more.</source>
        <translation>
            <numerusform>%Ln falsche Antwort wurde abgelehnt. 500 würden mehr beweisen.</numerusform>
            <numerusform>Alle %Ln falschen Antworten wurden abgelehnt. 500 würden mehr beweisen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Green: all %Ln wrong answers were refused, and no verdict changed.</source>
        <translation>
            <numerusform>Grün: %Ln falsche Antwort wurde abgelehnt, und kein Urteil änderte sich.</numerusform>
            <numerusform>Grün: Alle %Ln falschen Antworten wurden abgelehnt, und kein Urteil änderte sich.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::BenchPage</name>
    <message>
        <source>Verifier bench</source>
        <comment>name of a page</comment>
        <translation>Prüfstand</translation>
    </message>
    <message>
        <source>Before a verifier may reward a model, it has to refuse every wrong answer. The bench makes right and wrong answers from your reference answers, has each one checked twice in processes of their own, and shows every case. “Try an answer” explains a single verdict.</source>
        <translation>Bevor ein Prüfer ein Modell belohnen darf, muss er jede falsche Antwort ablehnen. Der Prüfstand bildet aus Ihren Referenzantworten richtige und falsche Antworten, lässt jede zweimal in eigenen Prozessen prüfen und zeigt jeden Fall. „Antwort ausprobieren“ erklärt ein einzelnes Urteil.</translation>
    </message>
    <message>
        <source>The table is copied.</source>
        <translation>Die Tabelle ist kopiert.</translation>
    </message>
    <message>
        <source>Run the verifier bench</source>
        <translation>Prüfstand laufen lassen</translation>
    </message>
    <message>
        <source>Explain a verdict: try an answer</source>
        <translation>Ein Urteil erklären: Antwort ausprobieren</translation>
    </message>
    <message>
        <source>The bench could not be run to its end</source>
        <translation>Der Prüfstand kam nicht bis zum Ende</translation>
    </message>
    <message numerus="yes">
        <source>%Ln cases were saved.</source>
        <translation>
            <numerusform>%Ln Fall wurde gespeichert.</numerusform>
            <numerusform>%Ln Fälle wurden gespeichert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Data set %1 (%2 rows)</source>
        <extracomment>an entry of a list; %1 name of a data set, %2 number of its rows</extracomment>
        <translation>Datensatz %1 (%2 Zeilen)</translation>
    </message>
    <message>
        <source>File %1</source>
        <extracomment>an entry of a list; %1 name of a file</extracomment>
        <translation>Datei %1</translation>
    </message>
    <message>
        <source>Verifier: %1 (%2)</source>
        <extracomment>an entry of a list; %1 what a verifier is called, %2 its technical name</extracomment>
        <translation>Prüfer: %1 (%2)</translation>
    </message>
    <message>
        <source>Problems to try, one JSON object per line</source>
        <translation>Aufgaben zum Ausprobieren, ein JSON-Objekt je Zeile</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl);;All files (*)</source>
        <translation>JSON-Zeilen (*.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>No case of this list fails.</source>
        <translation>Kein Fall dieser Liste ist fehlerhaft.</translation>
    </message>
    <message>
        <source>Save the cases as a regression suite</source>
        <translation>Fälle als Regressionstests speichern</translation>
    </message>
    <message>
        <source>The verifiers are being started…</source>
        <translation>Die Prüfer werden gestartet …</translation>
    </message>
    <message>
        <source>No case fails.</source>
        <translation>Kein Fall ist fehlerhaft.</translation>
    </message>
    <message>
        <source>No case is like this.</source>
        <translation>Kein Fall ist so.</translation>
    </message>
    <message>
        <source>Reading what is to be tried…</source>
        <extracomment>%1 and %2 are numbers of problems</extracomment>
        <translation>Lese, was ausprobiert werden soll …</translation>
    </message>
    <message>
        <source>Problem %1 of %2…</source>
        <translation>Aufgabe %1 von %2 …</translation>
    </message>
    <message>
        <source>Stopped. What was tried so far proves nothing about the rest.</source>
        <translation>Angehalten. Was bisher ausprobiert wurde, beweist nichts über den Rest.</translation>
    </message>
    <message>
        <source>Wrong answers accepted</source>
        <translation>Falsche angenommen</translation>
    </message>
    <message>
        <source>Of the answers that must be refused, with the upper end of the 95 % interval of their share. Healthy: none of 500 or more.</source>
        <translation>Von den Antworten, die abgelehnt werden müssen, mit dem oberen Ende des 95-%-Bereichs ihres Anteils. Gesund: keine von 500 oder mehr.</translation>
    </message>
    <message>
        <source>Right answers refused</source>
        <translation>Richtige abgelehnt</translation>
    </message>
    <message>
        <source>Of the answers that must be accepted, with the upper end of the 95 % interval of their share. Each costs reward, but teaches nothing wrong.</source>
        <translation>Von den Antworten, die angenommen werden müssen, mit dem oberen Ende des 95-%-Bereichs ihres Anteils. Jede kostet Belohnung, lehrt aber nichts Falsches.</translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation>Nicht bewertet</translation>
    </message>
    <message>
        <source>Cases without a verdict, because the reference answer or the machine failed. Healthy: none.</source>
        <translation>Fälle ohne Urteil, weil die Referenzantwort oder der Rechner versagte. Gesund: keine.</translation>
    </message>
    <message>
        <source>Verdict changed</source>
        <translation>Urteil geändert</translation>
    </message>
    <message>
        <source>Cases whose second verdict, from another process, was a different one. Healthy: none.</source>
        <translation>Fälle, deren zweites Urteil aus einem anderen Prozess ein anderes war. Gesund: keine.</translation>
    </message>
    <message>
        <source>Time of a verdict</source>
        <translation>Dauer eines Urteils</translation>
    </message>
    <message>
        <source>%1, slow ones %2</source>
        <extracomment>two durations: the usual one and the slow one</extracomment>
        <translation>%1, langsame %2</translation>
    </message>
    <message>
        <source>Half of the verdicts took less than the first figure, 95 of 100 less than the second.</source>
        <translation>Die Hälfte der Urteile brauchte weniger als die erste Zahl, 95 von 100 weniger als die zweite.</translation>
    </message>
    <message>
        <source>Programs cannot be tried on this computer; all other verifiers work. %1</source>
        <translation>Programme können auf diesem Rechner nicht ausprobiert werden; alle anderen Prüfer arbeiten. %1</translation>
    </message>
    <message>
        <source>Does the verifier refuse every wrong answer? Only then may it reward a model.</source>
        <translation>Lehnt der Prüfer jede falsche Antwort ab? Nur dann darf er ein Modell belohnen.</translation>
    </message>
    <message>
        <source>Run the bench</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Try all cases of the choice below (Ctrl+Enter).</source>
        <translation>Alle Fälle der Auswahl unten ausprobieren (Strg+Eingabe).</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop; what was tried stays (Esc).</source>
        <translation>Anhalten; was ausprobiert wurde, bleibt (Esc).</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>Fälle</translation>
    </message>
    <message>
        <source>Try an answer</source>
        <translation>Antwort ausprobieren</translation>
    </message>
    <message>
        <source>Right and wrong answers, made and checked</source>
        <translation>Richtige und falsche Antworten, gebildet und geprüft</translation>
    </message>
    <message>
        <source>One answer of your own, with the explanation of its verdict</source>
        <translation>Eine eigene Antwort, mit der Erklärung ihres Urteils</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>What the bench tries</source>
        <translation>Was der Prüfstand ausprobiert</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Try the problems of a file: one JSON object per line, in our own form.</source>
        <translation>Die Aufgaben einer Datei ausprobieren: ein JSON-Objekt je Zeile, in unserer eigenen Form.</translation>
    </message>
    <message>
        <source>Problems at most</source>
        <translation>Höchstens Aufgaben</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Cases come from at most so many problems, spread evenly over the set. 0 means all.</source>
        <translation>Fälle kommen aus höchstens so vielen Aufgaben, gleichmäßig über den Satz verteilt. 0 heißt alle.</translation>
    </message>
    <message>
        <source>Progress of the bench</source>
        <translation>Fortschritt des Prüfstands</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Failing</source>
        <translation>Fehlerhafte</translation>
    </message>
    <message>
        <source>All cases</source>
        <translation>Alle Fälle</translation>
    </message>
    <message>
        <source>Cases that did not come out as they must</source>
        <translation>Fälle, die nicht ausgingen, wie sie müssen</translation>
    </message>
    <message>
        <source>Cases that got no verdict</source>
        <translation>Fälle, die kein Urteil bekamen</translation>
    </message>
    <message>
        <source>Next failing</source>
        <translation>Nächster Fehler</translation>
    </message>
    <message>
        <source>Go to the next case that fails (F3).</source>
        <translation>Zum nächsten fehlerhaften Fall gehen (F3).</translation>
    </message>
    <message>
        <source>Save cases…</source>
        <translation>Fälle speichern …</translation>
    </message>
    <message>
        <source>Write the cases of this list to a file: a regression suite that “veritune verify run” checks again.</source>
        <translation>Die Fälle dieser Liste in eine Datei schreiben: Regressionstests, die „veritune verify run“ wieder prüft.</translation>
    </message>
    <message>
        <source>Choose the columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>Cases that were tried</source>
        <translation>Ausprobierte Fälle</translation>
    </message>
    <message>
        <source>Choose a case, and its verdict is explained here.</source>
        <translation>Wählen Sie einen Fall; hier wird sein Urteil erklärt.</translation>
    </message>
    <message>
        <source>Fill in the form and check an answer: its verdict is explained here.</source>
        <translation>Füllen Sie das Formular aus und prüfen Sie eine Antwort: hier wird ihr Urteil erklärt.</translation>
    </message>
    <message>
        <source>Nothing was tried yet</source>
        <translation>Noch nichts ausprobiert</translation>
    </message>
    <message>
        <source>The bench shows what a verifier accepts and what it refuses, before a model learns from it.</source>
        <translation>Der Prüfstand zeigt, was ein Prüfer annimmt und was er ablehnt, bevor ein Modell von ihm lernt.</translation>
    </message>
    <message>
        <source>Bench the demo verifier</source>
        <translation>Prüfer der Vorführung prüfen</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainActions</name>
    <message numerus="yes">
        <source>Written again, all %Ln chains of the step came out the same.</source>
        <translation>
            <numerusform>Bei der Wiederholung ist %Ln Lösungsweg des Schritts identisch ausgefallen.</numerusform>
            <numerusform>Bei der Wiederholung sind alle %Ln Lösungswege des Schritts identisch ausgefallen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Written again, %1 of %2 chains came out the same.</source>
        <extracomment>%1 how many were equal, %2 how many there are</extracomment>
        <translation>Bei der Wiederholung sind %1 von %2 Lösungswegen identisch ausgefallen.</translation>
    </message>
    <message>
        <source>This chain was not written again.</source>
        <translation>Dieser Lösungsweg wurde nicht noch einmal geschrieben.</translation>
    </message>
    <message>
        <source>This chain differs from token %1 on.</source>
        <extracomment>%1 position of a token</extracomment>
        <translation>Ab Token %1 unterscheidet sich dieser Lösungsweg.</translation>
    </message>
    <message>
        <source>Computed from %1 in %2 s.</source>
        <extracomment>%1 like &quot;checkpoint vrl 10&quot;, %2 seconds</extracomment>
        <translation>Ausgehend von %1 in %2 s berechnet.</translation>
    </message>
    <message>
        <source>Check it yourself</source>
        <translation>Selbst nachprüfen</translation>
    </message>
    <message>
        <source>Verify again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Asks the verifier of today about this text. The old verdict stays. Key: V</source>
        <translation>Lässt den heutigen Prüfer über diesen Text urteilen. Das alte Urteil bleibt bestehen. Taste: V</translation>
    </message>
    <message>
        <source>Replay the step</source>
        <translation>Schritt wiederholen</translation>
    </message>
    <message>
        <source>Lets the model write this step again from the nearest kept state: the same seed has to give the same tokens.</source>
        <translation>Lässt das Modell diesen Schritt ab dem nächstgelegenen gespeicherten Stand noch einmal schreiben: Derselbe Startwert muss dieselben Token ergeben.</translation>
    </message>
    <message>
        <source>Stop the replay</source>
        <translation>Wiederholung abbrechen</translation>
    </message>
    <message>
        <source>Progress of the replay</source>
        <translation>Fortschritt der Wiederholung</translation>
    </message>
    <message>
        <source>Flag this chain</source>
        <translation>Diesen Lösungsweg markieren</translation>
    </message>
    <message>
        <source>Marks the chain for you and others who open this project.</source>
        <translation>Markiert den Lösungsweg für Sie und andere, die dieses Projekt öffnen.</translation>
    </message>
    <message>
        <source>Note on this chain</source>
        <translation>Notiz zu diesem Lösungsweg</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Save the note</source>
        <translation>Notiz speichern</translation>
    </message>
    <message>
        <source>The mark was saved.</source>
        <translation>Die Markierung wurde gespeichert.</translation>
    </message>
    <message>
        <source>%1 Verdict now: %2.</source>
        <extracomment>%1 sentence of comparison, %2 the verdict of now</extracomment>
        <translation>%1 Urteil jetzt: %2.</translation>
    </message>
    <message>
        <source>The replay was stopped.</source>
        <translation>Die Wiederholung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>This step cannot be written again.</source>
        <translation>Dieser Schritt lässt sich nicht noch einmal schreiben.</translation>
    </message>
    <message>
        <source>This verdict is wrong</source>
        <translation>Dieses Urteil ist falsch</translation>
    </message>
    <message>
        <source>Marks the verdict as disputed, with your reason in the note. The verdict and the training stay as they are; the filters list such chains.</source>
        <translation>Vermerkt das Urteil als bestritten, mit Ihrer Begründung in der Notiz. Urteil und Training bleiben, wie sie sind; die Filter listen solche Lösungswege auf.</translation>
    </message>
    <message>
        <source>Why is the verdict wrong?</source>
        <translation>Warum ist das Urteil falsch?</translation>
    </message>
    <message>
        <source>Write the reason into the note and save it.</source>
        <translation>Schreiben Sie die Begründung in die Notiz und speichern Sie sie.</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainCard</name>
    <message>
        <source>%1: %2</source>
        <extracomment>%1 &quot;Sample 3&quot; or &quot;Step 20&quot;, %2 a verdict like &quot;Correct&quot;</extracomment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Reward %1</source>
        <translation>Reward %1</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>Text von %1</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainExportDialog</name>
    <message>
        <source>Export chains</source>
        <translation>Lösungswege exportieren</translation>
    </message>
    <message>
        <source>Export chains as JSON lines</source>
        <translation>Lösungswege als JSON Lines exportieren</translation>
    </message>
    <message>
        <source>This chain only</source>
        <translation>Nur dieser Lösungsweg</translation>
    </message>
    <message>
        <source>All chains of this task in this run</source>
        <translation>Alle Lösungswege dieser Aufgabe in diesem Lauf</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln chains of the list</source>
        <translation>
            <numerusform>%Ln Lösungsweg der Liste</numerusform>
            <numerusform>Alle %Ln Lösungswege der Liste</numerusform>
        </translation>
    </message>
    <message>
        <source>All chains of the list</source>
        <translation>Alle Lösungswege der Liste</translation>
    </message>
    <message>
        <source>With the texts, answers and reference answers</source>
        <translation>Mit Texten, Antworten und Referenzantworten</translation>
    </message>
    <message>
        <source>Without them the file holds figures and verdicts only.</source>
        <translation>Ohne sie enthält die Datei nur Kennzahlen und Urteile.</translation>
    </message>
    <message>
        <source>With the figures of every token</source>
        <translation>Mit den Kennzahlen jedes Tokens</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Writing the file…</source>
        <translation>Die Datei wird geschrieben…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains were written to %1.</source>
        <extracomment>%n chains, %1 name of a file</extracomment>
        <translation>
            <numerusform>%Ln Lösungsweg wurde in %1 geschrieben.</numerusform>
            <numerusform>%Ln Lösungswege wurden in %1 geschrieben.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainFilterPopup</name>
    <message>
        <source>More filters</source>
        <translation>Weitere Filter</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Reward</source>
        <translation>Reward</translation>
    </message>
    <message>
        <source>All chains</source>
        <translation>Alle Lösungswege</translation>
    </message>
    <message>
        <source>Updated the weights</source>
        <translation>Gewichte aktualisiert</translation>
    </message>
    <message>
        <source>Did not update the weights</source>
        <translation>Gewichte nicht aktualisiert</translation>
    </message>
    <message>
        <source>Any end</source>
        <translation>Beliebiges Ende</translation>
    </message>
    <message>
        <source>Least tokens</source>
        <translation>Mindestzahl der Token</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>Höchstzahl der Token</translation>
    </message>
    <message>
        <source>Least reward</source>
        <translation>Kleinster Reward</translation>
    </message>
    <message>
        <source>Most reward</source>
        <translation>Größter Reward</translation>
    </message>
    <message>
        <source>from any</source>
        <translation>ab beliebig</translation>
    </message>
    <message>
        <source>to any</source>
        <translation>bis beliebig</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Markierung</translation>
    </message>
    <message>
        <source>Flagged by a person</source>
        <translation>Von einer Person markiert</translation>
    </message>
    <message>
        <source>Verdict disputed by a person</source>
        <translation>Urteil von einem Menschen bestritten</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainListDelegate</name>
    <message>
        <source>Step %1 · sample %2 · %3 tokens</source>
        <extracomment>%1 step, %2 sample, %3 number of tokens</extracomment>
        <translation>Schritt %1 · Versuch %2 · %3 Token</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainListModel</name>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1: %2, sample %3, step %4, reward %5, %6 tokens, answer %7</source>
        <extracomment>%1 verdict, %2 problem, %3 sample, %4 step, %5 reward, %6 tokens, %7 answer</extracomment>
        <translation>%1: %2, Versuch %3, Schritt %4, Reward %5, %6 Token, Antwort %7</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainsPage</name>
    <message>
        <source>Chains</source>
        <translation>Lösungswege</translation>
    </message>
    <message>
        <source>Every text that the model wrote while it trained, with the verifier&apos;s reasons. Choose a text on the left; the right side says why it was accepted or refused.</source>
        <translation>Jeder Text, den das Modell während des Trainings geschrieben hat, mit den Begründungen des Prüfers. Wählen Sie links einen Text; rechts steht, warum er angenommen oder abgelehnt wurde.</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt geöffnet</translation>
    </message>
    <message>
        <source>Open a project or run the demonstration to read what a model wrote.</source>
        <translation>Öffnen Sie ein Projekt oder starten Sie die Vorführung, um zu lesen, was ein Modell geschrieben hat.</translation>
    </message>
    <message>
        <source>Go to Home</source>
        <translation>Zur Startseite</translation>
    </message>
    <message>
        <source>No texts yet</source>
        <translation>Noch keine Texte</translation>
    </message>
    <message>
        <source>As soon as a run has made its first step, every text that the model wrote is here, with the reasons of the verifier.</source>
        <translation>Sobald ein Lauf seinen ersten Schritt gemacht hat, finden Sie hier jeden Text, den das Modell geschrieben hat, samt den Begründungen des Prüfers.</translation>
    </message>
    <message>
        <source>Run the demonstration</source>
        <translation>Vorführung starten</translation>
    </message>
    <message>
        <source>Run %1: %2</source>
        <extracomment>%1 number of a run, %2 its name</extracomment>
        <translation>Lauf %1: %2</translation>
    </message>
    <message>
        <source>All stages</source>
        <translation>Alle Phasen</translation>
    </message>
    <message numerus="yes">
        <source>Searching: %Ln chains so far</source>
        <translation>
            <numerusform>Suche läuft: bisher %Ln Lösungsweg</numerusform>
            <numerusform>Suche läuft: bisher %Ln Lösungswege</numerusform>
        </translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt …</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains</source>
        <translation>
            <numerusform>%Ln Lösungsweg</numerusform>
            <numerusform>%Ln Lösungswege</numerusform>
        </translation>
    </message>
    <message>
        <source>New steps arrived: show them</source>
        <translation>Neue Schritte sind da: anzeigen</translation>
    </message>
    <message>
        <source>No chain is chosen</source>
        <translation>Kein Lösungsweg gewählt</translation>
    </message>
    <message>
        <source>Choose a chain in the list.</source>
        <translation>Wählen Sie einen Lösungsweg in der Liste.</translation>
    </message>
    <message>
        <source>%1 · %2, step %3 · sample %4</source>
        <extracomment>%1 purpose like &quot;Training&quot;, %2 stage, %3 step, %4 sample</extracomment>
        <translation>%1 · %2, Schritt %3 · Versuch %4</translation>
    </message>
    <message>
        <source>Point at the text to read a token&apos;s figures.</source>
        <translation>Zeigen Sie auf den Text, um die Werte eines Tokens abzulesen.</translation>
    </message>
    <message>
        <source>Token %1 of %2, id %3</source>
        <extracomment>%1 of %2: position of a token; %3 its number in the vocabulary</extracomment>
        <translation>Token %1 von %2, Nummer %3</translation>
    </message>
    <message>
        <source>“%1”, bytes %2</source>
        <extracomment>%1 characters, %2 bytes as hexadecimal numbers</extracomment>
        <translation>„%1“, Bytes %2</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Gespeicherte Filter</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>The run whose texts are listed.</source>
        <translation>Der Lauf, dessen Texte aufgelistet werden.</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Only texts of this stage of the run.</source>
        <translation>Nur Texte aus dieser Phase des Laufs.</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>All steps</source>
        <translation>Alle Schritte</translation>
    </message>
    <message>
        <source>Step </source>
        <translation>Schritt </translation>
    </message>
    <message>
        <source>Only texts of this step.</source>
        <translation>Nur Texte aus diesem Schritt.</translation>
    </message>
    <message>
        <source>Search in all texts</source>
        <translation>In allen Texten suchen</translation>
    </message>
    <message>
        <source>Search in texts</source>
        <translation>In Texten suchen</translation>
    </message>
    <message>
        <source>Lists the chains whose task or text holds these words.</source>
        <translation>Listet die Lösungswege auf, deren Aufgabe oder Text diese Wörter enthält.</translation>
    </message>
    <message>
        <source>More filters</source>
        <translation>Weitere Filter</translation>
    </message>
    <message>
        <source>All verdicts</source>
        <translation>Alle Urteile</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Only texts with this verdict.</source>
        <translation>Nur Texte mit diesem Urteil.</translation>
    </message>
    <message>
        <source>All purposes</source>
        <translation>Alle Zwecke</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>Zweck</translation>
    </message>
    <message>
        <source>What the text was written for.</source>
        <translation>Wofür der Text geschrieben wurde.</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Which step comes first in the list.</source>
        <translation>Welcher Schritt in der Liste zuerst kommt.</translation>
    </message>
    <message>
        <source>Colours behind the text</source>
        <translation>Farben hinter dem Text</translation>
    </message>
    <message>
        <source>No chain matches these filters.</source>
        <translation>Zu diesen Filtern passt kein Lösungsweg.</translation>
    </message>
    <message>
        <source>Text of the chain</source>
        <translation>Text des Lösungswegs</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Lösungsweg</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Im Verlauf</translation>
    </message>
    <message>
        <source>One text with its tokens and figures.</source>
        <translation>Ein Text mit seinen Tokens und Werten.</translation>
    </message>
    <message>
        <source>All texts for this task in the same step, side by side.</source>
        <translation>Alle Texte zu dieser Aufgabe im selben Schritt, nebeneinander.</translation>
    </message>
    <message>
        <source>This task over the steps of the run.</source>
        <translation>Diese Aufgabe über die Schritte des Laufs hinweg.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>The text as it reads.</source>
        <translation>Der Text, wie er sich liest.</translation>
    </message>
    <message>
        <source>The pieces that the model wrote one by one.</source>
        <translation>Die Stücke, die das Modell nacheinander geschrieben hat.</translation>
    </message>
    <message>
        <source>Every byte as a number.</source>
        <translation>Jedes Byte als Zahl.</translation>
    </message>
    <message>
        <source>Previous chain (P)</source>
        <translation>Voriger Lösungsweg (P)</translation>
    </message>
    <message>
        <source>Next chain (N)</source>
        <translation>Nächster Lösungsweg (N)</translation>
    </message>
    <message>
        <source>Find in the text (Ctrl+F)</source>
        <translation>Im Text suchen (Strg+F)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Find in the text</source>
        <translation>Im Text suchen</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Only task %1</source>
        <extracomment>a filter that is on; %1 name of a task</extracomment>
        <translation>Nur Aufgabe %1</translation>
    </message>
    <message>
        <source>Click to list the other tasks again.</source>
        <translation>Klicken Sie, um die anderen Aufgaben wieder aufzulisten.</translation>
    </message>
    <message>
        <source>Save these filters</source>
        <translation>Diese Filter speichern</translation>
    </message>
    <message>
        <source>Show all chains</source>
        <translation>Alle Lösungswege zeigen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>“%1”</source>
        <extracomment>%1 words that were searched for</extracomment>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>more filters</source>
        <translation>weitere Filter</translation>
    </message>
    <message>
        <source>Set a filter first, then save it.</source>
        <translation>Setzen Sie zuerst einen Filter und speichern Sie ihn dann.</translation>
    </message>
    <message>
        <source>Saved: %1.</source>
        <extracomment>%1 a list of filters in words</extracomment>
        <translation>Gespeichert: %1.</translation>
    </message>
    <message>
        <source>Show one chain</source>
        <translation>Einen Lösungsweg zeigen</translation>
    </message>
    <message>
        <source>Show all chains of this task side by side</source>
        <translation>Alle Lösungswege dieser Aufgabe nebeneinander zeigen</translation>
    </message>
    <message>
        <source>Show this task over the steps</source>
        <translation>Diese Aufgabe über die Schritte hinweg zeigen</translation>
    </message>
    <message>
        <source>Find in the chain</source>
        <translation>Im Lösungsweg suchen</translation>
    </message>
    <message>
        <source>Export chains</source>
        <translation>Lösungswege exportieren</translation>
    </message>
    <message>
        <source>This is the last chain.</source>
        <translation>Dies ist der letzte Lösungsweg.</translation>
    </message>
    <message>
        <source>This is the first chain.</source>
        <translation>Dies ist der erste Lösungsweg.</translation>
    </message>
    <message>
        <source>This is the last step of the list.</source>
        <translation>Dies ist der letzte Schritt der Liste.</translation>
    </message>
    <message>
        <source>This is the first step of the list.</source>
        <translation>Dies ist der erste Schritt der Liste.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains are marked for comparison.</source>
        <translation>
            <numerusform>%Ln Lösungsweg ist zum Vergleich vorgemerkt.</numerusform>
            <numerusform>%Ln Lösungswege sind zum Vergleich vorgemerkt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Mark another one with C to see them side by side.</source>
        <translation>Merken Sie mit C einen weiteren vor, um sie nebeneinander zu sehen.</translation>
    </message>
    <message>
        <source>Remove the marks</source>
        <translation>Vormerkungen aufheben</translation>
    </message>
    <message>
        <source>Copy the selected text</source>
        <translation>Ausgewählten Text kopieren</translation>
    </message>
    <message>
        <source>Copy the whole text</source>
        <translation>Ganzen Text kopieren</translation>
    </message>
    <message>
        <source>Remove the mark for comparison</source>
        <translation>Vormerkung zum Vergleich aufheben</translation>
    </message>
    <message>
        <source>Mark for comparison</source>
        <translation>Zum Vergleich vormerken</translation>
    </message>
    <message>
        <source>List only this task</source>
        <translation>Nur diese Aufgabe auflisten</translation>
    </message>
    <message>
        <source>Export chains…</source>
        <translation>Lösungswege exportieren …</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <extracomment>place %1 of %2 where the text was found</extracomment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Verify this chain again</source>
        <translation>Diesen Lösungsweg erneut prüfen</translation>
    </message>
    <message>
        <source>Replay this chain&apos;s step</source>
        <translation>Schritt dieses Lösungswegs nachspielen</translation>
    </message>
    <message>
        <source>Flag this chain</source>
        <translation>Diesen Lösungsweg kennzeichnen</translation>
    </message>
    <message numerus="yes">
        <source>Only the %Ln chains of a finding</source>
        <extracomment>a filter that is on: the chains that an alarm of the run names</extracomment>
        <translation>
            <numerusform>Nur der %Ln Lösungsweg eines Befunds</numerusform>
            <numerusform>Nur die %Ln Lösungswege eines Befunds</numerusform>
        </translation>
    </message>
    <message>
        <source>Click to list the other chains again.</source>
        <translation>Klicken Sie, um die anderen Lösungswege wieder aufzulisten.</translation>
    </message>
    <message>
        <source>That chain is not in this project (any more).</source>
        <translation>Dieser Lösungsweg ist nicht (mehr) in diesem Projekt.</translation>
    </message>
    <message>
        <source>This chain&apos;s verdict is wrong</source>
        <translation>Das Urteil über diesen Lösungsweg ist falsch</translation>
    </message>
    <message>
        <source>Copy a reference to this chain</source>
        <translation>Verweis auf diesen Lösungsweg kopieren</translation>
    </message>
    <message>
        <source>The reference was copied. The palette (Ctrl+K) opens it.</source>
        <translation>Der Verweis wurde kopiert. Die Palette (Strg+K) öffnet ihn.</translation>
    </message>
</context>
<context>
    <name>veritune::app::ChangedTable</name>
    <message>
        <source>broken</source>
        <comment>a problem that was right</comment>
        <translation>verschlechtert</translation>
    </message>
    <message>
        <source>fixed</source>
        <translation>verbessert</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Right before</source>
        <translation>Vorher richtig</translation>
    </message>
    <message>
        <source>Right now</source>
        <translation>Jetzt richtig</translation>
    </message>
</context>
<context>
    <name>veritune::app::CommandPalette</name>
    <message>
        <source>Type what you want to do</source>
        <translation>Geben Sie ein, was Sie tun möchten</translation>
    </message>
    <message>
        <source>Search for an action, a page or a run</source>
        <translation>Nach einer Aktion, einer Seite oder einem Lauf suchen</translation>
    </message>
    <message>
        <source>Matching actions</source>
        <translation>Passende Aktionen</translation>
    </message>
</context>
<context>
    <name>veritune::app::CompareModel</name>
    <message>
        <source>%1, n = %2</source>
        <extracomment>a result and the number of answers that it was measured on</extracomment>
        <translation>%1, n = %2</translation>
    </message>
    <message>
        <source>The runs have no stage in common that ended with a held-out result, so there is no winner to name.</source>
        <translation>Die Läufe haben keine gemeinsame Phase, die mit einem Ergebnis auf zurückgehaltenen Fragen endete. Daher lässt sich kein Sieger nennen.</translation>
    </message>
    <message>
        <source>The runs were measured on different held-out problems, so their results must not be ranked.</source>
        <translation>Die Läufe wurden auf verschiedenen zurückgehaltenen Fragen gemessen. Ihre Ergebnisse dürfen daher nicht in eine Rangfolge gebracht werden.</translation>
    </message>
    <message>
        <source>After %1, run %2 is ahead on held-out problems: %3 against run %4 with %5. The 95 % intervals do not touch, so the difference is real.</source>
        <extracomment>%1 stage, %2 and %4 numbers of runs, %3 and %5 results with intervals</extracomment>
        <translation>Nach der Phase „%1“ liegt Lauf %2 auf zurückgehaltenen Fragen vorn: %3 gegenüber Lauf %4 mit %5. Die 95-%-Intervalle berühren sich nicht, der Unterschied ist also echt.</translation>
    </message>
    <message>
        <source>After %1, run %2 has the highest held-out result, %3, but its 95 % interval overlaps that of run %4 with %5: the two are not told apart.</source>
        <translation>Nach der Phase „%1“ hat Lauf %2 mit %3 das höchste Ergebnis auf zurückgehaltenen Fragen. Sein 95-%-Intervall überschneidet sich jedoch mit dem von Lauf %4 mit %5: Die beiden lassen sich nicht unterscheiden.</translation>
    </message>
    <message>
        <source>Run %1: %2</source>
        <extracomment>%1 number, %2 name of a run</extracomment>
        <translation>Lauf %1: %2</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Measured after</source>
        <translation>Gemessen nach</translation>
    </message>
    <message>
        <source>Held-out pass rate</source>
        <translation>Trefferquote auf zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>Share of sampled answers that are right on problems which training never sees, with its 95 % interval and the number of answers.</source>
        <translation>Anteil der richtigen unter den gezogenen Antworten auf Fragen, die das Training nie sieht, mit 95-%-Intervall und Anzahl der Antworten.</translation>
    </message>
    <message>
        <source>Held-out, majority vote</source>
        <translation>Zurückgehalten, Mehrheitsentscheid</translation>
    </message>
    <message>
        <source>Share of held-out problems whose most frequent answer is right.</source>
        <translation>Anteil der zurückgehaltenen Fragen, deren häufigste Antwort richtig ist.</translation>
    </message>
    <message>
        <source>Held-out, likeliest answer</source>
        <translation>Zurückgehalten, wahrscheinlichste Antwort</translation>
    </message>
    <message>
        <source>Share of held-out problems whose single likeliest answer is right.</source>
        <translation>Anteil der zurückgehaltenen Fragen, deren wahrscheinlichste Antwort richtig ist.</translation>
    </message>
    <message>
        <source>Held-out, one of eight</source>
        <translation>Zurückgehalten, eine von acht</translation>
    </message>
    <message>
        <source>Share of held-out problems that at least one of eight answers solves: what the model can reach at all.</source>
        <translation>Anteil der zurückgehaltenen Fragen, die mindestens eine von acht Antworten löst: was das Modell überhaupt erreichen kann.</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>the whole run</source>
        <translation>der ganze Lauf</translation>
    </message>
    <message>
        <source>From the start to the end of the run, pauses included.</source>
        <translation>Vom Anfang bis zum Ende des Laufs, Pausen eingeschlossen.</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>%1 In run.json: %2</source>
        <extracomment>%1 what a setting does, %2 its technical name</extracomment>
        <translation>%1 In run.json: %2</translation>
    </message>
</context>
<context>
    <name>veritune::app::ComparePage</name>
    <message>
        <source>Compare</source>
        <comment>name of a page</comment>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Runs side by side. First what came out on held-out problems, then the curves, then every setting that differs. Two results are only told apart when their intervals do not touch.</source>
        <translation>Läufe nebeneinander: zuerst, was auf zurückgehaltenen Fragen herauskam, dann die Kurven, dann jede abweichende Einstellung. Zwei Ergebnisse gelten nur dann als verschieden, wenn sich ihre Intervalle nicht berühren.</translation>
    </message>
    <message>
        <source>The table is copied.</source>
        <translation>Die Tabelle ist kopiert.</translation>
    </message>
    <message>
        <source>Run %1: %2 – %3</source>
        <extracomment>entry of a menu; %1 number, %2 name, %3 state of a run</extracomment>
        <translation>Lauf %1: %2 – %3</translation>
    </message>
    <message>
        <source>Choose from all runs…</source>
        <translation>Aus allen Läufen wählen …</translation>
    </message>
    <message>
        <source>Take %1 out of the comparison</source>
        <extracomment>%1 is a run</extracomment>
        <translation>%1 aus dem Vergleich nehmen</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt geöffnet</translation>
    </message>
    <message>
        <source>Runs are kept in a project.</source>
        <translation>Läufe werden in einem Projekt aufbewahrt.</translation>
    </message>
    <message>
        <source>Go to the start page</source>
        <translation>Zur Startseite</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Noch nichts zu vergleichen</translation>
    </message>
    <message>
        <source>A comparison needs two runs. Change one thing, run again, and see here what it did.</source>
        <translation>Ein Vergleich braucht zwei Läufe. Ändern Sie eine Sache, starten Sie einen neuen Lauf und sehen Sie hier, was sie bewirkt hat.</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Choose at least two runs</source>
        <translation>Wählen Sie mindestens zwei Läufe</translation>
    </message>
    <message>
        <source>Up to six can be laid over each other.</source>
        <translation>Bis zu sechs lassen sich übereinanderlegen.</translation>
    </message>
    <message>
        <source>Choose a run</source>
        <translation>Lauf wählen</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Held-out results, curves and settings side by side</source>
        <translation>Ergebnisse auf zurückgehaltenen Fragen, Kurven und Einstellungen nebeneinander</translation>
    </message>
    <message>
        <source>Add a run</source>
        <translation>Lauf hinzufügen</translation>
    </message>
    <message>
        <source>Lay another run over these, up to six.</source>
        <translation>Legen Sie einen weiteren Lauf darüber, bis zu sechs insgesamt.</translation>
    </message>
    <message>
        <source>What came out</source>
        <translation>Was herauskam</translation>
    </message>
    <message>
        <source>Final results of the runs</source>
        <translation>Endergebnisse der Läufe</translation>
    </message>
    <message>
        <source>Copy the results as a table</source>
        <translation>Ergebnisse als Tabelle kopieren</translation>
    </message>
    <message>
        <source>How it went</source>
        <translation>Wie es verlief</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Stage whose curves are shown</source>
        <translation>Phase, deren Kurven gezeigt werden</translation>
    </message>
    <message>
        <source>There are no curves to lay over each other: the runs have recorded fewer than two steps.</source>
        <translation>Es gibt keine Kurven zum Übereinanderlegen: Die Läufe haben weniger als zwei Schritte aufgezeichnet.</translation>
    </message>
    <message>
        <source>What was set differently</source>
        <translation>Was anders eingestellt war</translation>
    </message>
    <message>
        <source>Settings that differ between the runs</source>
        <translation>Einstellungen, in denen sich die Läufe unterscheiden</translation>
    </message>
    <message>
        <source>Copy the settings as a table</source>
        <translation>Einstellungen als Tabelle kopieren</translation>
    </message>
    <message>
        <source>Nothing: the runs have the same settings.</source>
        <translation>Nichts: Die Läufe haben dieselben Einstellungen.</translation>
    </message>
</context>
<context>
    <name>veritune::app::CurateView</name>
    <message>
        <source>%1 accepted, %2 rejected</source>
        <extracomment>numbers of rows that a person decided on</extracomment>
        <translation>%1 angenommen, %2 verworfen</translation>
    </message>
    <message>
        <source>Row %1 of %2</source>
        <translation>Zeile %1 von %2</translation>
    </message>
    <message>
        <source>The end of the list</source>
        <translation>Das Ende der Liste</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>a key and the tag that it sets: &quot;1 contracts&quot;</extracomment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation>Schlagwörter: %1</translation>
    </message>
    <message>
        <source>One row to decide on</source>
        <translation>Eine Zeile zur Entscheidung</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>The row may train (a).</source>
        <translation>Mit der Zeile darf trainiert werden (a).</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The row is taken out; it stays visible (x).</source>
        <translation>Die Zeile wird herausgenommen; sie bleibt sichtbar (x).</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>Markieren</translation>
    </message>
    <message>
        <source>The row needs another look (f).</source>
        <translation>Die Zeile muss noch einmal angesehen werden (f).</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Change the row (e).</source>
        <translation>Die Zeile ändern (e).</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Leave it as it is and go on (Space).</source>
        <translation>So lassen und weitergehen (Leertaste).</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Take the last decision back (Backspace), up to ten.</source>
        <translation>Die letzte Entscheidung zurücknehmen (Rücktaste), bis zu zehn.</translation>
    </message>
    <message>
        <source>Back to the table</source>
        <translation>Zurück zur Tabelle</translation>
    </message>
    <message>
        <source>Leave this mode (Esc).</source>
        <translation>Diese Ansicht verlassen (Esc).</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Worked solution</source>
        <translation>Lösungsweg</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>All rows of this list were seen. Change the filter in the table for more.</source>
        <translation>Alle Zeilen dieser Liste wurden gesehen. Ändern Sie den Filter in der Tabelle für weitere.</translation>
    </message>
</context>
<context>
    <name>veritune::app::CurveReadout</name>
    <message numerus="yes">
        <source>and %n more</source>
        <comment>curves</comment>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::CurveView</name>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Smoothing in percent</source>
        <translation>Glättung in Prozent</translation>
    </message>
    <message>
        <source>Off</source>
        <comment>no smoothing</comment>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>All points</source>
        <translation>Alle Punkte</translation>
    </message>
    <message numerus="yes">
        <source>The last %n point(s)</source>
        <translation>
            <numerusform>Der letzte Punkt (%n)</numerusform>
            <numerusform>Die letzten %n Punkte</numerusform>
        </translation>
    </message>
    <message>
        <source>Unsmoothed line behind</source>
        <translation>Ungeglättete Linie dahinter</translation>
    </message>
    <message>
        <source>Leave outliers out</source>
        <translation>Ausreißer weglassen</translation>
    </message>
    <message>
        <source>Logarithmic x axis</source>
        <translation>Logarithmische x-Achse</translation>
    </message>
    <message>
        <source>Logarithmic y axis</source>
        <translation>Logarithmische y-Achse</translation>
    </message>
    <message>
        <source>Zoom back</source>
        <translation>Zurückzoomen</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy the picture as SVG</source>
        <translation>Bild als SVG kopieren</translation>
    </message>
    <message>
        <source>Copy the values as CSV</source>
        <translation>Werte als CSV kopieren</translation>
    </message>
    <message>
        <source>Save as PNG</source>
        <translation>Als PNG speichern</translation>
    </message>
    <message>
        <source>Save as SVG</source>
        <translation>Als SVG speichern</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>Als CSV speichern</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>Diagramm speichern</translation>
    </message>
    <message>
        <source>The file could not be written: %1</source>
        <translation>Die Datei konnte nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>Show %1 as a table</source>
        <translation>%1 als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Options of %1</source>
        <translation>Optionen für %1</translation>
    </message>
    <message>
        <source>No values yet</source>
        <translation>Noch keine Werte</translation>
    </message>
</context>
<context>
    <name>veritune::app::DatasetRowsModel</name>
    <message>
        <source>new</source>
        <comment>state of a row</comment>
        <translation>neu</translation>
    </message>
    <message>
        <source>accepted</source>
        <comment>state of a row</comment>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>to review</source>
        <comment>state of a row</comment>
        <translation>zu prüfen</translation>
    </message>
    <message>
        <source>rejected</source>
        <comment>state of a row</comment>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>training</source>
        <comment>use of a row</comment>
        <translation>Training</translation>
    </message>
    <message>
        <source>held out</source>
        <comment>use of a row</comment>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>test</source>
        <comment>use of a row</comment>
        <translation>Test</translation>
    </message>
    <message>
        <source>none</source>
        <comment>no verifier</comment>
        <translation>keine</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
</context>
<context>
    <name>veritune::app::DatasetTools</name>
    <message>
        <source>names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>dates of birth</source>
        <translation>Geburtsdaten</translation>
    </message>
    <message>
        <source>telephone numbers</source>
        <translation>Telefonnummern</translation>
    </message>
    <message>
        <source>mail addresses</source>
        <translation>E-Mail-Adressen</translation>
    </message>
    <message>
        <source>bank accounts</source>
        <translation>Bankverbindungen</translation>
    </message>
    <message>
        <source>file numbers</source>
        <translation>Aktenzeichen</translation>
    </message>
    <message>
        <source>No duplicates were found</source>
        <translation>Keine Dubletten gefunden</translation>
    </message>
    <message>
        <source>No two questions are the same or nearly the same.</source>
        <translation>Keine zwei Fragen sind gleich oder fast gleich.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows repeat another row</source>
        <translation>
            <numerusform>%Ln Zeile wiederholt eine andere</numerusform>
            <numerusform>%Ln Zeilen wiederholen eine andere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them word for word.</source>
        <translation>
            <numerusform>%Ln davon wörtlich.</numerusform>
            <numerusform>%Ln davon wörtlich.</numerusform>
        </translation>
    </message>
    <message>
        <source>They can be marked for review; you then decide on each of them. Ctrl+Z takes the marks back.</source>
        <translation>Sie können zur Prüfung markiert werden; Sie entscheiden dann über jede. Strg+Z nimmt die Marken zurück.</translation>
    </message>
    <message>
        <source>Mark for review</source>
        <translation>Zur Prüfung markieren</translation>
    </message>
    <message>
        <source>Looking for duplicates…</source>
        <translation>Suche Dubletten …</translation>
    </message>
    <message>
        <source>Looking for personal data…</source>
        <translation>Suche personenbezogene Daten …</translation>
    </message>
    <message>
        <source>No personal data was found</source>
        <translation>Keine personenbezogenen Daten gefunden</translation>
    </message>
    <message>
        <source>Only what has a known form is found: this is no proof that the texts are anonymous.</source>
        <translation>Gefunden wird nur, was eine bekannte Form hat: Das beweist nicht, dass die Texte anonym sind.</translation>
    </message>
    <message>
        <source>%1 in %2 rows</source>
        <extracomment>a kind of personal data and the number of rows with it</extracomment>
        <translation>%1 in %2 Zeilen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows may tell who a person is</source>
        <translation>
            <numerusform>%Ln Zeile könnte eine Person verraten</numerusform>
            <numerusform>%Ln Zeilen könnten eine Person verraten</numerusform>
        </translation>
    </message>
    <message>
        <source>Counting answers…</source>
        <translation>Zähle Antworten …</translation>
    </message>
    <message>
        <source>No row has a reference answer</source>
        <translation>Keine Zeile hat eine Referenzantwort</translation>
    </message>
    <message>
        <source>The commonest answer is “%1”: always giving it earns %2 %.</source>
        <extracomment>%1 an answer, %2 percent of the rows that have it</extracomment>
        <translation>Die häufigste Antwort ist „%1“: sie immer zu geben bringt %2 %.</translation>
    </message>
    <message>
        <source>Guessing earns too much here</source>
        <translation>Raten bringt hier zu viel</translation>
    </message>
    <message>
        <source>Guessing earns little here</source>
        <translation>Raten bringt hier wenig</translation>
    </message>
    <message>
        <source>A model can be rewarded without thinking. More different answers would help.</source>
        <translation>Ein Modell kann ohne Nachdenken belohnt werden. Mehr verschiedene Antworten würden helfen.</translation>
    </message>
    <message>
        <source>Dividing the rows…</source>
        <translation>Teile die Zeilen auf …</translation>
    </message>
    <message>
        <source>The rows are divided like this already</source>
        <translation>Die Zeilen sind schon so aufgeteilt</translation>
    </message>
    <message>
        <source>Divide the rows?</source>
        <translation>Zeilen aufteilen?</translation>
    </message>
    <message>
        <source>%1 for training, %2 held out, %3 for testing, in %4 groups that stay together.</source>
        <extracomment>numbers of rows: for training, held out, for testing, groups</extracomment>
        <translation>%1 zum Trainieren, %2 zurückgehalten, %3 zum Testen, in %4 Gruppen, die zusammenbleiben.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows change their use.</source>
        <translation>
            <numerusform>%Ln Zeile ändert ihre Verwendung.</numerusform>
            <numerusform>%Ln Zeilen ändern ihre Verwendung.</numerusform>
        </translation>
    </message>
    <message>
        <source>Divide</source>
        <translation>Aufteilen</translation>
    </message>
    <message>
        <source>Making problems…</source>
        <translation>Bilde Aufgaben …</translation>
    </message>
    <message numerus="yes">
        <source>%Ln problems are ready</source>
        <translation>
            <numerusform>%Ln Aufgabe ist fertig</numerusform>
            <numerusform>%Ln Aufgaben sind fertig</numerusform>
        </translation>
    </message>
    <message>
        <source>They go into the data set %1.</source>
        <extracomment>%1 name of a data set</extracomment>
        <translation>Sie kommen in den Datensatz %1.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>Exportiere …</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows were left out because of their licence.</source>
        <translation>
            <numerusform>%Ln Zeile wurde wegen ihrer Lizenz ausgelassen.</numerusform>
            <numerusform>%Ln Zeilen wurden wegen ihrer Lizenz ausgelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows have no worked solution and were left out.</source>
        <translation>
            <numerusform>%Ln Zeile hat keinen Lösungsweg und wurde ausgelassen.</numerusform>
            <numerusform>%Ln Zeilen haben keinen Lösungsweg und wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows were written</source>
        <translation>
            <numerusform>%Ln Zeile wurde geschrieben</numerusform>
            <numerusform>%Ln Zeilen wurden geschrieben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::DatasetsPage</name>
    <message>
        <source>Datasets</source>
        <comment>name of a page</comment>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>The questions of this project with their reference answers. Bring in a file, look at every row, accept what is good and reject what is not. Only accepted rows train. Every change can be undone (Ctrl+Z); a frozen set never changes: an edit makes a copy of it.</source>
        <translation>Die Fragen dieses Projekts mit ihren Referenzantworten. Bringen Sie eine Datei herein, sehen Sie jede Zeile an, nehmen Sie an, was gut ist, und verwerfen Sie, was es nicht ist. Nur mit angenommenen Zeilen wird trainiert. Jede Änderung lässt sich zurücknehmen (Strg+Z); ein eingefrorener Datensatz ändert sich nie: Eine Änderung macht eine Kopie davon.</translation>
    </message>
    <message>
        <source>The rows are copied.</source>
        <translation>Die Zeilen sind kopiert.</translation>
    </message>
    <message>
        <source>Import a data set</source>
        <translation>Datensatz importieren</translation>
    </message>
    <message>
        <source>Generate problems</source>
        <translation>Aufgaben erzeugen</translation>
    </message>
    <message>
        <source>Open the data set %1</source>
        <translation>Datensatz %1 öffnen</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Angehalten. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The change was not made</source>
        <translation>Die Änderung wurde nicht gemacht</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <extracomment>an entry of a list; %1 name of a data set, %2 number of its rows</extracomment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1: frozen, it never changes</source>
        <translation>%1: eingefroren, ändert sich nie</translation>
    </message>
    <message>
        <source>All tags</source>
        <translation>Alle Schlagwörter</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chosen rows</source>
        <translation>
            <numerusform>%Ln gewählte Zeile</numerusform>
            <numerusform>%Ln gewählte Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Mark for review</source>
        <translation>Zur Prüfung markieren</translation>
    </message>
    <message>
        <source>Use for training</source>
        <translation>Zum Trainieren verwenden</translation>
    </message>
    <message>
        <source>Hold out</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>Use for testing</source>
        <translation>Zum Testen verwenden</translation>
    </message>
    <message>
        <source>Add a tag…</source>
        <translation>Schlagwort hinzufügen …</translation>
    </message>
    <message>
        <source>Remove a tag</source>
        <translation>Schlagwort entfernen</translation>
    </message>
    <message>
        <source>Replace text…</source>
        <translation>Text ersetzen …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>Schlagwort hinzufügen</translation>
    </message>
    <message>
        <source>A tag has no spaces and at most 64 characters.</source>
        <translation>Ein Schlagwort hat keine Leerzeichen und höchstens 64 Zeichen.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>Replace text in the chosen rows</source>
        <translation>Text in den gewählten Zeilen ersetzen</translation>
    </message>
    <message>
        <source>Capital letters count. Ctrl+Z takes it back.</source>
        <translation>Großschreibung zählt. Strg+Z nimmt es zurück.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>In</source>
        <translation>In</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Worked solution</source>
        <translation>Lösungsweg</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>Ersetzen durch</translation>
    </message>
    <message>
        <source>Check the reference answers</source>
        <translation>Referenzantworten prüfen</translation>
    </message>
    <message>
        <source>Find duplicates…</source>
        <translation>Dubletten suchen …</translation>
    </message>
    <message>
        <source>Find personal data…</source>
        <translation>Personenbezogene Daten suchen …</translation>
    </message>
    <message>
        <source>How far does guessing get?</source>
        <translation>Wie weit kommt man mit Raten?</translation>
    </message>
    <message>
        <source>Split by cluster…</source>
        <translation>Nach Gruppen aufteilen …</translation>
    </message>
    <message>
        <source>Try its verifiers</source>
        <translation>Seine Prüfer ausprobieren</translation>
    </message>
    <message>
        <source>Name, licence and domain…</source>
        <translation>Name, Lizenz und Fachgebiet …</translation>
    </message>
    <message>
        <source>Make a copy…</source>
        <translation>Kopie anlegen …</translation>
    </message>
    <message>
        <source>Freeze…</source>
        <translation>Einfrieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Split by cluster</source>
        <translation>Nach Gruppen aufteilen</translation>
    </message>
    <message>
        <source>Rows that say nearly the same stay on one side, so that held-out figures are honest. Ctrl+Z takes it back.</source>
        <translation>Zeilen, die fast dasselbe sagen, bleiben auf einer Seite, damit die Zahlen auf zurückgehaltenen Aufgaben ehrlich sind. Strg+Z nimmt es zurück.</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Aufteilen</translation>
    </message>
    <message>
        <source>Held out, %</source>
        <translation>Zurückgehalten, %</translation>
    </message>
    <message>
        <source>For testing, %</source>
        <translation>Zum Testen, %</translation>
    </message>
    <message>
        <source>may be passed on</source>
        <translation>darf weitergegeben werden</translation>
    </message>
    <message>
        <source>with the source&apos;s name</source>
        <translation>mit Nennung der Quelle</translation>
    </message>
    <message>
        <source>under the same licence only</source>
        <translation>nur unter derselben Lizenz</translation>
    </message>
    <message>
        <source>inside the office only</source>
        <translation>nur innerhalb des Büros</translation>
    </message>
    <message>
        <source>not at all</source>
        <translation>gar nicht</translation>
    </message>
    <message>
        <source>About this data set</source>
        <translation>Über diesen Datensatz</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Domain</source>
        <translation>Fachgebiet</translation>
    </message>
    <message>
        <source>“medical” and “legal” show the limits of use.</source>
        <translation>„medical“ und „legal“ zeigen die Grenzen der Verwendung.</translation>
    </message>
    <message>
        <source>Language, like de</source>
        <translation>Sprache, wie de</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Note on the licence</source>
        <translation>Anmerkung zur Lizenz</translation>
    </message>
    <message>
        <source>Where it comes from</source>
        <translation>Woher er kommt</translation>
    </message>
    <message>
        <source>Passing it on</source>
        <translation>Weitergabe</translation>
    </message>
    <message>
        <source>Make a copy of this data set</source>
        <translation>Kopie dieses Datensatzes anlegen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Name of the copy</source>
        <translation>Name der Kopie</translation>
    </message>
    <message>
        <source>Freeze %1?</source>
        <translation>%1 einfrieren?</translation>
    </message>
    <message>
        <source>A frozen data set never changes again, so that a result can be repeated. Later edits go into a copy. This cannot be undone.</source>
        <translation>Ein eingefrorener Datensatz ändert sich nie wieder, damit sich ein Ergebnis wiederholen lässt. Spätere Änderungen gehen in eine Kopie. Das lässt sich nicht zurücknehmen.</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>Einfrieren</translation>
    </message>
    <message>
        <source>Export this data set</source>
        <translation>Diesen Datensatz exportieren</translation>
    </message>
    <message>
        <source>Accepted rows only. Rows that may not be passed on are refused unless you leave them out.</source>
        <translation>Nur angenommene Zeilen. Zeilen, die nicht weitergegeben werden dürfen, werden abgelehnt, wenn Sie sie nicht auslassen.</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>JSON lines, our own form</source>
        <translation>JSON-Zeilen, unsere eigene Form</translation>
    </message>
    <message>
        <source>Chat for fine-tuning</source>
        <translation>Chat zum Feintunen</translation>
    </message>
    <message>
        <source>Fields of verl</source>
        <translation>Felder von verl</translation>
    </message>
    <message>
        <source>Fields of TRL</source>
        <translation>Felder von TRL</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>Tabelle (CSV)</translation>
    </message>
    <message>
        <source>Bundle with licences</source>
        <translation>Paket mit Lizenzen</translation>
    </message>
    <message>
        <source>Rows with a condition</source>
        <translation>Zeilen mit einer Bedingung</translation>
    </message>
    <message>
        <source>refuse and say so</source>
        <translation>ablehnen und es sagen</translation>
    </message>
    <message>
        <source>leave them out</source>
        <translation>auslassen</translation>
    </message>
    <message>
        <source>I may pass them on</source>
        <translation>ich darf sie weitergeben</translation>
    </message>
    <message>
        <source>A file with questions and answers</source>
        <translation>Eine Datei mit Fragen und Antworten</translation>
    </message>
    <message>
        <source>Questions (*.jsonl *.json *.csv *.tsv *.txt);;All files (*)</source>
        <translation>Fragen (*.jsonl *.json *.csv *.tsv *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Generate arithmetic problems</source>
        <translation>Rechenaufgaben erzeugen</translation>
    </message>
    <message>
        <source>Problems with known answers and a verifier that checks each step.</source>
        <translation>Aufgaben mit bekannten Antworten und einem Prüfer, der jeden Schritt prüft.</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Name in the project</source>
        <translation>Name im Projekt</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>sums modulo ten</source>
        <translation>Rechnen modulo zehn</translation>
    </message>
    <message>
        <source>true and false</source>
        <translation>wahr und falsch</translation>
    </message>
    <message>
        <source>small programs</source>
        <translation>kleine Programme</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Wie viele</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed gives the same problems.</source>
        <translation>Derselbe Startwert ergibt dieselben Aufgaben.</translation>
    </message>
    <message>
        <source>No change yet</source>
        <translation>Noch keine Änderung</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <extracomment>a line of the undo menu: %1 what was changed, %2 when</extracomment>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>(taken back) %1</source>
        <extracomment>%1 a change that was taken back</extracomment>
        <translation>(zurückgenommen) %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows imported</source>
        <translation>
            <numerusform>%Ln Zeile importiert</numerusform>
            <numerusform>%Ln Zeilen importiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows added</source>
        <translation>
            <numerusform>%Ln Zeile hinzugefügt</numerusform>
            <numerusform>%Ln Zeilen hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows deleted</source>
        <translation>
            <numerusform>%Ln Zeile gelöscht</numerusform>
            <numerusform>%Ln Zeilen gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows changed</source>
        <translation>
            <numerusform>%Ln Zeile geändert</numerusform>
            <numerusform>%Ln Zeilen geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>Name, licence or domain changed</source>
        <translation>Name, Lizenz oder Fachgebiet geändert</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>Eingefroren</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>The change went into the data set %1</source>
        <extracomment>%1 name of a data set</extracomment>
        <translation>Die Änderung ging in den Datensatz %1</translation>
    </message>
    <message numerus="yes">
        <source>Taken back or made again: %Ln rows.</source>
        <translation>
            <numerusform>Zurückgenommen oder wiederholt: %Ln Zeile.</numerusform>
            <numerusform>Zurückgenommen oder wiederholt: %Ln Zeilen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done: %Ln rows.</source>
        <translation>
            <numerusform>Erledigt: %Ln Zeile.</numerusform>
            <numerusform>Erledigt: %Ln Zeilen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changing the data set…</source>
        <translation>Ändere den Datensatz …</translation>
    </message>
    <message>
        <source>No data set yet</source>
        <translation>Noch kein Datensatz</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist geöffnet</translation>
    </message>
    <message>
        <source>Drop a file here: JSON lines, JSON, CSV or TSV. Or generate arithmetic problems to try things out.</source>
        <translation>Ziehen Sie eine Datei hierher: JSON-Zeilen, JSON, CSV oder TSV. Oder erzeugen Sie Rechenaufgaben zum Ausprobieren.</translation>
    </message>
    <message>
        <source>Data sets are kept in a project.</source>
        <translation>Datensätze liegen in einem Projekt.</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren …</translation>
    </message>
    <message>
        <source>Go to the start page</source>
        <translation>Zur Startseite</translation>
    </message>
    <message numerus="yes">
        <source>%n data sets in this project</source>
        <translation>
            <numerusform>%n Datensatz in diesem Projekt</numerusform>
            <numerusform>%n Datensätze in diesem Projekt</numerusform>
        </translation>
    </message>
    <message>
        <source>Questions with reference answers that a verifier can check</source>
        <translation>Fragen mit Referenzantworten, die ein Prüfer prüfen kann</translation>
    </message>
    <message>
        <source>Reading the rows…</source>
        <translation>Lese die Zeilen …</translation>
    </message>
    <message>
        <source>This data set is empty.</source>
        <translation>Dieser Datensatz ist leer.</translation>
    </message>
    <message>
        <source>No row is like this.</source>
        <translation>Keine Zeile ist so.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln Zeile</numerusform>
            <numerusform>%Ln Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 accepted, %2 new, %3 to review, %4 rejected</source>
        <extracomment>numbers of rows</extracomment>
        <translation>%1 angenommen, %2 neu, %3 zu prüfen, %4 verworfen</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>%1 angezeigt</translation>
    </message>
    <message>
        <source>frozen</source>
        <translation>eingefroren</translation>
    </message>
    <message>
        <source>version %1</source>
        <extracomment>the beginning of the hash of a data set&apos;s content</extracomment>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Veritune is not a medical device. Do not use it, or models trained with it, for decisions on patients or in life-critical systems.</source>
        <translation>Veritune ist kein Medizinprodukt. Verwenden Sie weder Veritune noch damit trainierte Modelle für Entscheidungen über Patientinnen und Patienten oder in lebenskritischen Systemen.</translation>
    </message>
    <message>
        <source>Veritune does not give legal, tax or financial advice; a qualified person checks every answer.</source>
        <translation>Veritune leistet keine Rechts-, Steuer- oder Finanzberatung; eine qualifizierte Person prüft jede Antwort.</translation>
    </message>
    <message>
        <source>Undo: %1 (Ctrl+Z)</source>
        <extracomment>%1 a change, like &quot;3 rows changed&quot;</extracomment>
        <translation>Zurücknehmen: %1 (Strg+Z)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Redo: %1 (Ctrl+Y)</source>
        <translation>Wiederholen: %1 (Strg+Y)</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>Alle Zustände</translation>
    </message>
    <message>
        <source>All uses</source>
        <translation>Alle Verwendungen</translation>
    </message>
    <message>
        <source>Bring in questions from JSON lines, JSON, CSV or TSV. You see what comes in before anything is written.</source>
        <translation>Fragen aus JSON-Zeilen, JSON, CSV oder TSV hereinbringen. Sie sehen, was hereinkommt, bevor etwas geschrieben wird.</translation>
    </message>
    <message>
        <source>Generate…</source>
        <translation>Erzeugen …</translation>
    </message>
    <message>
        <source>Make arithmetic problems with known answers.</source>
        <translation>Rechenaufgaben mit bekannten Antworten bilden.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop this; nothing of it is kept.</source>
        <translation>Anhalten; nichts davon wird behalten.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Data sets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>Data sets of this project</source>
        <translation>Datensätze dieses Projekts</translation>
    </message>
    <message>
        <source>Find rows</source>
        <translation>Zeilen suchen</translation>
    </message>
    <message>
        <source>Find rows by id, question or answer (Ctrl+F)</source>
        <translation>Zeilen nach Kennung, Frage oder Antwort suchen (Strg+F)</translation>
    </message>
    <message>
        <source>Show rows of this state</source>
        <translation>Zeilen in diesem Zustand zeigen</translation>
    </message>
    <message>
        <source>Show rows of this use</source>
        <translation>Zeilen mit dieser Verwendung zeigen</translation>
    </message>
    <message>
        <source>Show rows with this tag</source>
        <translation>Zeilen mit diesem Schlagwort zeigen</translation>
    </message>
    <message>
        <source>Curate</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>Decide row by row with one key each: a accept, x reject, Space skip, Backspace back.</source>
        <translation>Zeile für Zeile mit je einer Taste entscheiden: a annehmen, x verwerfen, Leertaste überspringen, Rücktaste zurück.</translation>
    </message>
    <message>
        <source>Change rows</source>
        <translation>Zeilen ändern</translation>
    </message>
    <message>
        <source>Change the chosen rows.</source>
        <translation>Die gewählten Zeilen ändern.</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Check, split, freeze or export this data set.</source>
        <translation>Diesen Datensatz prüfen, aufteilen, einfrieren oder exportieren.</translation>
    </message>
    <message>
        <source>All changes of this data set</source>
        <translation>Alle Änderungen dieses Datensatzes</translation>
    </message>
    <message>
        <source>Choose the columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>Copy the chosen rows, or all that are read</source>
        <translation>Die gewählten Zeilen kopieren, oder alle gelesenen</translation>
    </message>
    <message>
        <source>Rows of the data set</source>
        <translation>Zeilen des Datensatzes</translation>
    </message>
    <message>
        <source>Choose a row to read it here.</source>
        <translation>Wählen Sie eine Zeile, um sie hier zu lesen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln reference answers do not hold</source>
        <translation>
            <numerusform>%Ln Referenzantwort hält nicht</numerusform>
            <numerusform>%Ln Referenzantworten halten nicht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln reference answers hold</source>
        <translation>
            <numerusform>%Ln Referenzantwort hält</numerusform>
            <numerusform>Alle %Ln Referenzantworten halten</numerusform>
        </translation>
    </message>
    <message>
        <source>Their rows are marked for review; each says why.</source>
        <translation>Ihre Zeilen sind zur Prüfung markiert; jede sagt, warum.</translation>
    </message>
</context>
<context>
    <name>veritune::app::DifficultyBars</name>
    <message>
        <source>Problems by how often they were solved</source>
        <translation>Aufgaben danach, wie oft sie gelöst wurden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <extracomment>right answers of all samples of a problem</extracomment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>never</source>
        <comment>a problem is solved</comment>
        <translation>nie</translation>
    </message>
    <message>
        <source>always</source>
        <comment>a problem is solved</comment>
        <translation>immer</translation>
    </message>
    <message>
        <source>to %1 %</source>
        <extracomment>at most so many percent of the samples are right</extracomment>
        <translation>bis %1 %</translation>
    </message>
</context>
<context>
    <name>veritune::app::DoctorPanel</name>
    <message>
        <source>fine</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>bitte ansehen</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Show the chains of that step</source>
        <translation>Lösungswege dieses Schritts zeigen</translation>
    </message>
    <message>
        <source>The run has raised no alarm.</source>
        <translation>Der Lauf hat keinen Alarm ausgelöst.</translation>
    </message>
    <message>
        <source>%1 (%2 = %3, from step %4)</source>
        <extracomment>%1 is a sentence, %2 the key of a metric, %3 its value, %4 the number of a step</extracomment>
        <translation>%1 (%2 = %3, ab Schritt %4)</translation>
    </message>
    <message numerus="yes">
        <source>Show the %Ln chains that prove it</source>
        <translation>
            <numerusform>Den %Ln Lösungsweg zeigen, der das belegt</numerusform>
            <numerusform>Die %Ln Lösungswege zeigen, die das belegen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::Effect</name>
    <message>
        <source>Shown in lists.</source>
        <translation>Wird in Listen angezeigt.</translation>
    </message>
    <message>
        <source>Every random number of the run comes from it; the same recipe and seed give the same run.</source>
        <translation>Daraus entsteht jede Zufallszahl des Laufs; gleiches Rezept und gleicher Startwert ergeben denselben Lauf.</translation>
    </message>
    <message>
        <source>Keeps every chain for the inspector; false keeps numbers only.</source>
        <translation>Bewahrt jeden Lösungsweg zur Einsicht auf; mit false bleiben nur die Zahlen.</translation>
    </message>
    <message>
        <source>CPU threads; 0 = all cores.</source>
        <translation>CPU-Threads; 0 = alle Kerne.</translation>
    </message>
    <message>
        <source>Where it is computed; auto takes a graphics card for a quantised model where there is one, cuda refuses to start without.</source>
        <translation>Wo gerechnet wird; auto nimmt für ein quantisiertes Modell eine Grafikkarte, wenn es eine gibt, cuda beginnt ohne Karte nicht.</translation>
    </message>
    <message>
        <source>Reason to train although the verifier bench of the problems is red; empty = such a run is refused. Kept in run.json.</source>
        <translation>Grund, trotz roten Prüfstands der Prüfer für diese Aufgaben zu trainieren; leer = ein solcher Lauf wird abgelehnt. Wird in run.json festgehalten.</translation>
    </message>
    <message>
        <source>Folder with the model in Hugging Face layout; opened where it lies, never changed.</source>
        <translation>Ordner mit dem Modell im Hugging-Face-Format; es wird an Ort und Stelle geöffnet und nie verändert.</translation>
    </message>
    <message>
        <source>demo: the embedded 0.31 M model from random weights.</source>
        <translation>demo: das eingebaute Modell mit 0,31 Mio. Parametern, ausgehend von zufälligen Gewichten.</translation>
    </message>
    <message>
        <source>Folder of a PEFT adapter to continue from; may be empty.</source>
        <translation>Ordner eines PEFT-Adapters, von dem aus weitertrainiert wird; darf leer sein.</translation>
    </message>
    <message>
        <source>Id of a built-in chat template; empty = chosen by the model&apos;s own.</source>
        <translation>Kennung einer eingebauten Chat-Vorlage; leer = anhand der modelleigenen gewählt.</translation>
    </message>
    <message>
        <source>Train a low-rank adapter; false trains all weights, for tiny models only.</source>
        <translation>Trainiert einen Low-Rank-Adapter (LoRA); false trainiert alle Gewichte, nur für winzige Modelle.</translation>
    </message>
    <message>
        <source>Capacity of the adapter; reinforcement learning needs 8 to 32, more can collapse.</source>
        <translation>Kapazität des Adapters; bestärkendes Lernen braucht 8 bis 32, bei mehr kann das Training zusammenbrechen.</translation>
    </message>
    <message>
        <source>The adapter&apos;s output is scaled by alpha / r.</source>
        <translation>Die Ausgabe des Adapters wird mit alpha / r skaliert.</translation>
    </message>
    <message>
        <source>Scales by alpha / sqrt(r) instead, so that a larger r keeps its effect.</source>
        <translation>Skaliert stattdessen mit alpha / sqrt(r), damit auch ein größeres r seine Wirkung behält.</translation>
    </message>
    <message>
        <source>Name of a data set of the project; empty when a generator makes the rows.</source>
        <translation>Name eines Datensatzes im Projekt; leer, wenn ein Generator die Zeilen erzeugt.</translation>
    </message>
    <message>
        <source>Family of generated problems; empty when a data set has the rows.</source>
        <translation>Familie erzeugter Aufgaben; leer, wenn die Zeilen aus einem Datensatz stammen.</translation>
    </message>
    <message>
        <source>Rows to generate, or the first rows of the data set; 0 = all of it.</source>
        <translation>Anzahl zu erzeugender Zeilen oder die ersten Zeilen des Datensatzes; 0 = alle.</translation>
    </message>
    <message>
        <source>Seed of the generator.</source>
        <translation>Startwert des Generators.</translation>
    </message>
    <message>
        <source>Which side of the split by content hash.</source>
        <translation>Welche Seite der Aufteilung nach Inhalts-Hash.</translation>
    </message>
    <message>
        <source>Each generated step is wrong with this probability: demonstrations as people write them.</source>
        <translation>Jeder erzeugte Rechenschritt ist mit dieser Wahrscheinlichkeit falsch: Vorführungen, wie Menschen sie schreiben.</translation>
    </message>
    <message>
        <source>Shortest generated problem.</source>
        <translation>Kürzeste erzeugte Aufgabe.</translation>
    </message>
    <message>
        <source>Longest generated problem.</source>
        <translation>Längste erzeugte Aufgabe.</translation>
    </message>
    <message>
        <source>Name of the stage, unique in the recipe; chains and metrics carry it.</source>
        <translation>Name der Phase, eindeutig im Rezept; Lösungswege und Messwerte tragen ihn.</translation>
    </message>
    <message>
        <source>What the stage does.</source>
        <translation>Was die Phase tut.</translation>
    </message>
    <message>
        <source>Stage whose weights it starts from; empty = the stage before, &quot;base&quot; = the model as loaded.</source>
        <translation>Phase, von deren Gewichten sie ausgeht; leer = die vorige Phase, „base“ = das Modell, wie es geladen wurde.</translation>
    </message>
    <message>
        <source>Ends the stage after this much CPU time; 0 = off.</source>
        <translation>Beendet die Phase nach dieser CPU-Zeit; 0 = aus.</translation>
    </message>
    <message>
        <source>Ends the stage after the CPU time that this earlier stage took; empty = off.</source>
        <translation>Beendet die Phase nach der CPU-Zeit, die diese frühere Phase gebraucht hat; leer = aus.</translation>
    </message>
    <message>
        <source>A checkpoint every so many steps.</source>
        <translation>Abstand zwischen zwei Checkpoints in Schritten.</translation>
    </message>
    <message>
        <source>Optimiser steps of the stage; 0 = num_train_epochs decides.</source>
        <translation>Optimierungsschritte der Phase; bei 0 entscheidet num_train_epochs.</translation>
    </message>
    <message>
        <source>Passes over the demonstrations when max_steps is 0.</source>
        <translation>Durchgänge durch die Vorführungen, wenn max_steps 0 ist.</translation>
    </message>
    <message>
        <source>Examples per optimiser step; adapters learn best at 32 or fewer.</source>
        <translation>Beispiele je Optimierungsschritt; Adapter lernen am besten mit höchstens 32.</translation>
    </message>
    <message>
        <source>A longer example is dropped and counted, never cut, because a cut chain has no end.</source>
        <translation>Ein längeres Beispiel wird ausgelassen und gezählt, nie gekürzt, denn einem gekürzten Lösungsweg fehlt das Ende.</translation>
    </message>
    <message>
        <source>Puts several examples into one row with separate attention; faster, the same gradients.</source>
        <translation>Packt mehrere Beispiele mit getrennter Attention in eine Zeile; schneller, bei gleichen Gradienten.</translation>
    </message>
    <message>
        <source>Prompt tokens carry no loss.</source>
        <translation>Prompt-Tokens tragen nicht zum Verlust bei.</translation>
    </message>
    <message>
        <source>Step size of AdamW; too high is the first killer of a run, so lower it first when held-out falls.</source>
        <translation>Schrittweite von AdamW; zu hoch lässt sie Läufe am häufigsten scheitern. Senken Sie sie daher zuerst, wenn das Ergebnis auf zurückgehaltenen Fragen fällt.</translation>
    </message>
    <message>
        <source>Decay of the mean of gradients.</source>
        <translation>Abklingrate für den Mittelwert der Gradienten.</translation>
    </message>
    <message>
        <source>Decay of the mean of squared gradients; .95 adapts faster on short runs.</source>
        <translation>Abklingrate für den Mittelwert der quadrierten Gradienten; 0,95 passt sich in kurzen Läufen schneller an.</translation>
    </message>
    <message>
        <source>Keeps the division of AdamW finite.</source>
        <translation>Hält die Division in AdamW endlich.</translation>
    </message>
    <message>
        <source>Pulls weights to zero, decoupled from the gradient.</source>
        <translation>Zieht die Gewichte gegen null, unabhängig vom Gradienten.</translation>
    </message>
    <message>
        <source>Gradients above this global norm are scaled down to it; 0 = off.</source>
        <translation>Gradienten über dieser Gesamtnorm werden auf sie herunterskaliert; 0 = aus.</translation>
    </message>
    <message>
        <source>The learning rate rises linearly from 0 over these steps.</source>
        <translation>Die Lernrate steigt über diese Schritte linear von 0 an.</translation>
    </message>
    <message>
        <source>Shape of the learning rate after the warm-up.</source>
        <translation>Verlauf der Lernrate nach dem Aufwärmen.</translation>
    </message>
    <message>
        <source>The cosine ends at this share of learning_rate.</source>
        <translation>Der Kosinus endet bei diesem Anteil von learning_rate.</translation>
    </message>
    <message>
        <source>adamw_8bit keeps the moments in 8 bits, for a quantised model on a small card: 6 bytes less per parameter of the adapter, a little less exact.</source>
        <translation>adamw_8bit hält die Momente in 8 Bit, für ein quantisiertes Modell auf einer kleinen Karte: 6 Byte weniger je Parameter des Adapters, etwas weniger genau.</translation>
    </message>
    <message>
        <source>How advantages are made; read first, and brings the defaults of its preset.</source>
        <translation>Wie die Vorteile berechnet werden; wird zuerst gelesen und bringt die Standardwerte seiner Voreinstellung mit.</translation>
    </message>
    <message>
        <source>verified: only chains that the verifier proves correct carry gradient into the weights.</source>
        <translation>verified: Nur Lösungswege, die der Prüfer als richtig nachweist, wirken über den Gradienten auf die Gewichte.</translation>
    </message>
    <message>
        <source>Rollouts of the stage.</source>
        <translation>Rollouts der Phase.</translation>
    </message>
    <message>
        <source>B, problems per step.</source>
        <translation>B, Aufgaben je Schritt.</translation>
    </message>
    <message>
        <source>G, chains per problem; group methods compare them and need at least 2.</source>
        <translation>G, Lösungswege je Aufgabe; Gruppenverfahren vergleichen sie und brauchen mindestens 2.</translation>
    </message>
    <message>
        <source>Passes over one rollout; 1 keeps the update on-policy.</source>
        <translation>Durchgänge durch einen Rollout; mit 1 bleibt die Aktualisierung on-policy.</translation>
    </message>
    <message>
        <source>Optimiser steps per pass; more than 1 leaves the policy that sampled.</source>
        <translation>Optimierungsschritte je Durchgang; mehr als 1 entfernt sich von der Policy, die die Lösungswege gezogen hat.</translation>
    </message>
    <message>
        <source>Tokens per forward and backward; memory, never the result.</source>
        <translation>Tokens je Vorwärts- und Rückwärtsdurchlauf; beeinflusst den Speicherbedarf, nie das Ergebnis.</translation>
    </message>
    <message>
        <source>What the token losses are divided by, and for gspo, cispo, sapo their form.</source>
        <translation>Wodurch die Token-Verluste geteilt werden; bei gspo, cispo und sapo auch deren Form.</translation>
    </message>
    <message>
        <source>What r - mean is divided by in grpo: the group&apos;s or the batch&apos;s standard deviation, or nothing.</source>
        <translation>Wodurch r − Mittelwert bei grpo geteilt wird: durch die Standardabweichung der Gruppe oder des Batches oder durch nichts.</translation>
    </message>
    <message>
        <source>One probability ratio per token or per chain.</source>
        <translation>Ein Wahrscheinlichkeitsverhältnis je Token oder je Lösungsweg.</translation>
    </message>
    <message>
        <source>A ratio below 1 - epsilon stops pushing a wrong chain down.</source>
        <translation>Ein Verhältnis unter 1 − epsilon drückt einen falschen Lösungsweg nicht weiter nach unten.</translation>
    </message>
    <message>
        <source>A ratio above 1 + epsilon_high stops pushing a right chain up; cispo caps the ratio itself.</source>
        <translation>Ein Verhältnis über 1 + epsilon_high hebt einen richtigen Lösungsweg nicht weiter an; cispo kappt das Verhältnis selbst.</translation>
    </message>
    <message>
        <source>Caps the unclipped ratio from above; 0 = off.</source>
        <translation>Kappt das unbegrenzte Verhältnis nach oben; 0 = aus.</translation>
    </message>
    <message>
        <source>Bounds the loss of a wrong chain at this multiple of its advantage (ppo); 0 = off.</source>
        <translation>Begrenzt den Verlust eines falschen Lösungswegs auf dieses Vielfache seines Vorteils (ppo); 0 = aus.</translation>
    </message>
    <message>
        <source>Weight of the distance to the reference policy in the loss; raise it when the model drifts.</source>
        <translation>Gewicht des Abstands zur Referenz-Policy im Verlust; erhöhen Sie es, wenn das Modell abdriftet.</translation>
    </message>
    <message>
        <source>Form of that distance; only k2 has its exact gradient, k3 is the common choice.</source>
        <translation>Form dieses Abstands; nur k2 hat seinen exakten Gradienten, k3 ist die übliche Wahl.</translation>
    </message>
    <message>
        <source>Weight of the distance to the reference inside the reward (ppo on all chains, rloo).</source>
        <translation>Gewicht des Abstands zur Referenz innerhalb des Rewards (ppo auf allen Lösungswegen, rloo).</translation>
    </message>
    <message>
        <source>Discount per token (ppo); below 1 shortens chains.</source>
        <translation>Abzinsung je Token (ppo); unter 1 werden Lösungswege kürzer.</translation>
    </message>
    <message>
        <source>Trace decay of GAE (ppo); below 1 fades the reward on long chains.</source>
        <translation>Abklingrate der GAE (ppo); unter 1 verblasst der Reward bei langen Lösungswegen.</translation>
    </message>
    <message>
        <source>Shifts and scales advantages to mean 0 and variance 1 (ppo on all chains).</source>
        <translation>Verschiebt und skaliert die Vorteile auf Mittelwert 0 und Varianz 1 (ppo auf allen Lösungswegen).</translation>
    </message>
    <message>
        <source>Smallest spread that advantages of proven chains are divided by.</source>
        <translation>Kleinste Streuung, durch die die Vorteile nachgewiesener Lösungswege geteilt werden.</translation>
    </message>
    <message>
        <source>Weight of advantages above 0 in group methods.</source>
        <translation>Gewicht der Vorteile über 0 in Gruppenverfahren.</translation>
    </message>
    <message>
        <source>Weight of advantages below 0 in group methods.</source>
        <translation>Gewicht der Vorteile unter 0 in Gruppenverfahren.</translation>
    </message>
    <message>
        <source>Groups with equal rewards leave the batch, or are drawn again.</source>
        <translation>Gruppen mit gleichen Rewards verlassen den Batch oder werden neu gezogen.</translation>
    </message>
    <message>
        <source>raft with the clipped ratio (RAFT++).</source>
        <translation>raft mit begrenztem Verhältnis (RAFT++).</translation>
    </message>
    <message>
        <source>Weights tokens by trainer / sampler probability, against numeric differences of the two.</source>
        <translation>Gewichtet Tokens mit der Wahrscheinlichkeit im Training geteilt durch die beim Ziehen, um numerische Unterschiede zwischen beiden auszugleichen.</translation>
    </message>
    <message>
        <source>Per token or chain; above the maximum the weight is cut to it, or becomes 0.</source>
        <translation>Je Token oder je Lösungsweg; über dem Höchstwert wird das Gewicht auf diesen gekappt oder auf 0 gesetzt.</translation>
    </message>
    <message>
        <source>Largest such weight.</source>
        <translation>Größtes solches Gewicht.</translation>
    </message>
    <message>
        <source>A chain without an end carries no gradient; it stays in the baseline with reward 0.</source>
        <translation>Ein Lösungsweg ohne Ende trägt keinen Gradienten bei; im Vergleichswert zählt er weiter mit Reward 0.</translation>
    </message>
    <message>
        <source>The reward falls linearly to -1 over these last tokens before max_completion_length; 0 = off.</source>
        <translation>Der Reward fällt über diese letzten Tokens vor max_completion_length linear auf −1; 0 = aus.</translation>
    </message>
    <message>
        <source>Steepness of the soft gate for advantages above 0 (sapo).</source>
        <translation>Steilheit der weichen Schwelle für Vorteile über 0 (sapo).</translation>
    </message>
    <message>
        <source>Steepness of the soft gate for advantages below 0 (sapo).</source>
        <translation>Steilheit der weichen Schwelle für Vorteile unter 0 (sapo).</translation>
    </message>
    <message>
        <source>Step size of the critic (ppo); 5 to 10 times learning_rate.</source>
        <translation>Schrittweite des Critics (ppo); das 5- bis 10-Fache von learning_rate.</translation>
    </message>
    <message>
        <source>Critic steps per rollout (ppo).</source>
        <translation>Schritte des Critics je Rollout (ppo).</translation>
    </message>
    <message>
        <source>Rollouts that train the critic alone before the first policy update, until it explains 0.3 of the variance (ppo).</source>
        <translation>Rollouts, die vor der ersten Aktualisierung der Policy allein den Critic trainieren, bis er einen Anteil von 0,3 der Varianz erklärt (ppo).</translation>
    </message>
    <message>
        <source>sigmoid for rewards in [0, 1], linear for any other (ppo).</source>
        <translation>sigmoid für Rewards in [0, 1], linear für alle anderen (ppo).</translation>
    </message>
    <message>
        <source>Limits how far a value may move in one rollout (ppo); 0 = off.</source>
        <translation>Begrenzt, wie weit sich ein Wert in einem Rollout bewegen darf (ppo); 0 = aus.</translation>
    </message>
    <message>
        <source>Controls: random rewards of the same mean, or another chain&apos;s verdict; held-out must not rise.</source>
        <translation>Gegenproben: zufällige Rewards mit gleichem Mittelwert oder das Urteil über einen anderen Lösungsweg; das Ergebnis auf zurückgehaltenen Fragen darf nicht steigen.</translation>
    </message>
    <message>
        <source>Logits are divided by it, in sampling and in the loss; 0 = greedy, for evaluation only.</source>
        <translation>Teiler der Logits, beim Ziehen wie im Verlust; 0 = greedy, nur zur Auswertung.</translation>
    </message>
    <message>
        <source>A longer prompt is dropped and counted.</source>
        <translation>Ein längerer Prompt wird ausgelassen und gezählt.</translation>
    </message>
    <message>
        <source>A chain that reaches it is cut and counts as wrong.</source>
        <translation>Ein Lösungsweg, der diese Länge erreicht, wird abgeschnitten und gilt als falsch.</translation>
    </message>
    <message>
        <source>Chains decoded together; memory and speed, never the result.</source>
        <translation>Gemeinsam dekodierte Lösungswege; beeinflusst Speicherbedarf und Tempo, nie das Ergebnis.</translation>
    </message>
    <message>
        <source>Problems sampled in a round.</source>
        <translation>Aufgaben, zu denen in einer Runde Lösungswege gezogen werden.</translation>
    </message>
    <message>
        <source>K, chains per problem.</source>
        <translation>K, Lösungswege je Aufgabe.</translation>
    </message>
    <message>
        <source>Proven, distinct chains kept per problem, so that easy problems do not dominate.</source>
        <translation>Nachgewiesene, verschiedene Lösungswege, die je Aufgabe behalten werden, damit leichte Aufgaben nicht überwiegen.</translation>
    </message>
    <message>
        <source>Share of demonstrations mixed into the curated set.</source>
        <translation>Anteil der Vorführungen, die der Auswahl beigemischt werden.</translation>
    </message>
    <message>
        <source>Repeats sampling and training (expert iteration).</source>
        <translation>Wiederholt Ziehen und Training (Expert Iteration).</translation>
    </message>
    <message>
        <source>Stage whose weights the training starts from; &quot;policy&quot; = the weights that sampled, &quot;base&quot; = the model as loaded.</source>
        <translation>Phase, von deren Gewichten das Training ausgeht; „policy“ = die Gewichte, mit denen gezogen wurde, „base“ = das Modell, wie es geladen wurde.</translation>
    </message>
    <message>
        <source>Held-out evaluation every so many steps; 0 = only at the end.</source>
        <translation>Abstand in Schritten zwischen zwei Auswertungen auf zurückgehaltenen Fragen; 0 = nur am Ende.</translation>
    </message>
    <message>
        <source>The first so many held-out problems, always the same.</source>
        <translation>Anzahl der zurückgehaltenen Fragen; es sind stets dieselben ersten.</translation>
    </message>
    <message>
        <source>Samples per problem; pass@k needs at least k.</source>
        <translation>Versuche je Frage; pass@k braucht mindestens k.</translation>
    </message>
    <message>
        <source>Also one greedy chain per problem: tells new competence from sharpening.</source>
        <translation>Zusätzlich ein Greedy-Lösungsweg je Frage: Er unterscheidet neues Können von bloßem Zuspitzen.</translation>
    </message>
    <message>
        <source>Problems of the evaluation at the end of the stage; 0 = problems.</source>
        <translation>Fragen der Auswertung am Ende der Phase; 0 = wie problems.</translation>
    </message>
    <message>
        <source>Samples of the evaluation at the end of the stage; 0 = num_samples.</source>
        <translation>Versuche der Auswertung am Ende der Phase; 0 = wie num_samples.</translation>
    </message>
    <message>
        <source>Temperature of the sampled chains; 1 measures the policy itself.</source>
        <translation>Temperatur beim Ziehen der Lösungswege; 1 misst die Policy selbst.</translation>
    </message>
    <message>
        <source>Longer prompts count as unsolved; 0 = as the stage trains.</source>
        <translation>Längere Prompts gelten als ungelöst; 0 = wie im Training der Phase.</translation>
    </message>
    <message>
        <source>Chains are cut here; 0 = as the stage trains.</source>
        <translation>Hier werden Lösungswege abgeschnitten; 0 = wie im Training der Phase.</translation>
    </message>
    <message>
        <source>What the guard does when held-out falls: roll back and stop, or go on once with half the learning rate.</source>
        <translation>Was der Wächter tut, wenn das Ergebnis auf zurückgehaltenen Fragen fällt: zurücksetzen und anhalten oder einmal mit halber Lernrate weitermachen.</translation>
    </message>
    <message>
        <source>A fall counts when the interval of the difference to the best lies below minus this.</source>
        <translation>Ein Rückgang zählt, wenn das Intervall der Differenz zum besten Stand unter dem Negativen dieses Werts liegt.</translation>
    </message>
    <message>
        <source>A fall beyond this acts at one evaluation instead of two.</source>
        <translation>Ein größerer Rückgang als dieser wirkt schon nach einer Auswertung statt nach zweien.</translation>
    </message>
    <message>
        <source>Ends the stage with the best weights after so many evaluations without a new best; 0 = off.</source>
        <translation>Beendet die Phase mit den besten Gewichten nach so vielen Auswertungen ohne neuen Bestwert; 0 = aus.</translation>
    </message>
    <message>
        <source>Recomputes every step of a chain of small calculations and compares the result.</source>
        <translation>Rechnet jeden Schritt einer Kette kleiner Rechnungen nach und vergleicht das Ergebnis.</translation>
    </message>
    <message>
        <source>Checks which of the declared options an answer names, one or several.</source>
        <translation>Prüft, welche der angegebenen Optionen eine Antwort nennt, eine oder mehrere.</translation>
    </message>
    <message>
        <source>Runs a Python program in a jail and compares what it returns, case by case.</source>
        <translation>Führt ein Python-Programm in einer Sandbox aus und vergleicht Fall für Fall, was es zurückgibt.</translation>
    </message>
    <message>
        <source>Compares a whole number of any size with the expected one, exactly.</source>
        <translation>Vergleicht eine ganze Zahl beliebiger Größe exakt mit der erwarteten.</translation>
    </message>
    <message>
        <source>Compares a decimal, fraction or percentage exactly or within declared limits.</source>
        <translation>Vergleicht eine Dezimalzahl, einen Bruch oder einen Prozentwert exakt oder innerhalb angegebener Grenzen.</translation>
    </message>
    <message>
        <source>Compares a text with the expected ones, apart from case and white space.</source>
        <translation>Vergleicht einen Text mit den erwarteten, ohne auf Groß- und Kleinschreibung und Leerraum zu achten.</translation>
    </message>
    <message>
        <source>Compares mathematical expressions: numbers, sets, intervals, equations, matrices.</source>
        <translation>Vergleicht mathematische Ausdrücke: Zahlen, Mengen, Intervalle, Gleichungen, Matrizen.</translation>
    </message>
    <message>
        <source>Compares a number with a unit; units convert by exact factors.</source>
        <translation>Vergleicht eine Zahl mit Einheit; Einheiten werden mit exakten Faktoren umgerechnet.</translation>
    </message>
    <message>
        <source>Compares several answers in their order, each with its own verifier.</source>
        <translation>Vergleicht mehrere Antworten in ihrer Reihenfolge, jede mit eigenem Prüfer.</translation>
    </message>
    <message>
        <source>Compares several answers in any order, each with its own verifier.</source>
        <translation>Vergleicht mehrere Antworten in beliebiger Reihenfolge, jede mit eigenem Prüfer.</translation>
    </message>
    <message>
        <source>Compares a calendar date, written in figures or words, with the expected one.</source>
        <translation>Vergleicht ein Kalenderdatum, in Ziffern oder Worten geschrieben, mit dem erwarteten.</translation>
    </message>
    <message>
        <source>Computes a deadline by its rule and compares a date with it.</source>
        <translation>Berechnet eine Frist nach ihrer Regel und vergleicht ein Datum damit.</translation>
    </message>
    <message>
        <source>Compares a span of time, written in weeks and days or as a clock.</source>
        <translation>Vergleicht eine Zeitspanne, in Wochen und Tagen oder als Uhrzeit geschrieben.</translation>
    </message>
    <message>
        <source>Computes a formula over named inputs and compares a number with it.</source>
        <translation>Berechnet eine Formel aus benannten Eingaben und vergleicht eine Zahl damit.</translation>
    </message>
    <message>
        <source>Checks the check digits of an IBAN, ISIN, card number or other code.</source>
        <translation>Prüft die Prüfziffern einer IBAN, ISIN, Kartennummer oder eines anderen Codes.</translation>
    </message>
    <message>
        <source>Every quotation of the answer stands word for word in the source.</source>
        <translation>Jedes Zitat der Antwort steht Wort für Wort in der Quelle.</translation>
    </message>
    <message>
        <source>One JSON value that fits a schema and, where given, the expected fields.</source>
        <translation>Ein JSON-Wert, der einem Schema und, falls angegeben, den erwarteten Feldern entspricht.</translation>
    </message>
    <message>
        <source>The whole answer matches a regular expression.</source>
        <translation>Die ganze Antwort passt zu einem regulären Ausdruck.</translation>
    </message>
    <message>
        <source>Checks who is a knight and who is a knave by the statements themselves.</source>
        <translation>Prüft anhand der Aussagen selbst, wer Ritter und wer Schurke ist.</translation>
    </message>
    <message>
        <source>The completion has to pass every one of several verifiers.</source>
        <translation>Die Ausgabe muss alle von mehreren Prüfern bestehen.</translation>
    </message>
    <message>
        <source>The completion has to pass at least one of several verifiers.</source>
        <translation>Die Ausgabe muss mindestens einen von mehreren Prüfern bestehen.</translation>
    </message>
    <message>
        <source>The score is the weighted sum of several verifiers.</source>
        <translation>Die Punktzahl ist die gewichtete Summe mehrerer Prüfer.</translation>
    </message>
    <message>
        <source>Checks an assignment against logical constraints.</source>
        <translation>Prüft eine Zuordnung anhand logischer Bedingungen.</translation>
    </message>
    <message>
        <source>The loss is no number: the step was left out; lower the learning rate if it comes again.</source>
        <translation>Der Verlust ist keine Zahl: Der Schritt wurde ausgelassen; senken Sie die Lernrate, wenn das wieder vorkommt.</translation>
    </message>
    <message>
        <source>One gradient was far larger than usual; it was clipped. Several in a row point to a learning rate that is too high.</source>
        <translation>Ein Gradient war viel größer als üblich; er wurde gekürzt. Mehrere nacheinander deuten auf eine zu hohe Lernrate.</translation>
    </message>
    <message>
        <source>Updates were left out because their gradient was no number; go back to the last good checkpoint with a third of the learning rate.</source>
        <translation>Aktualisierungen wurden ausgelassen, weil ihr Gradient keine Zahl war; gehen Sie zum letzten guten Checkpoint zurück, mit einem Drittel der Lernrate.</translation>
    </message>
    <message>
        <source>Hardly any chain is proven correct: the problems are too hard for this start, or verifier and prompt do not fit.</source>
        <translation>Kaum ein Lösungsweg wird als richtig bewiesen: Die Aufgaben sind für diesen Anfang zu schwer, oder Prüfer und Prompt passen nicht zusammen.</translation>
    </message>
    <message>
        <source>The reward fell fast: the learning rate is too high, or data or verifier have a fault.</source>
        <translation>Der Reward fiel schnell: Die Lernrate ist zu hoch, oder Daten oder Prüfer haben einen Fehler.</translation>
    </message>
    <message>
        <source>Almost every group is all right or all wrong, so there is nothing to learn from: change the difficulty.</source>
        <translation>Fast jede Gruppe ist ganz richtig oder ganz falsch, daher gibt es nichts zu lernen: Ändern Sie die Schwierigkeit.</translation>
    </message>
    <message>
        <source>No chain was proven correct for five steps, so the policy does not move: start with easier problems or a better cold start.</source>
        <translation>Fünf Schritte lang wurde kein Lösungsweg als richtig bewiesen, daher bewegt sich das Modell nicht: Beginnen Sie mit leichteren Aufgaben oder einem besseren Kaltstart.</translation>
    </message>
    <message>
        <source>The model hardly varies its answers any more: stop, or raise temperature or beta.</source>
        <translation>Das Modell variiert seine Antworten kaum noch: Halten Sie an, oder erhöhen Sie Temperatur oder Beta.</translation>
    </message>
    <message>
        <source>The answers become ever more random: the learning rate is too high or the update is wrong.</source>
        <translation>Die Antworten werden immer zufälliger: Die Lernrate ist zu hoch oder die Aktualisierung falsch.</translation>
    </message>
    <message>
        <source>The model has moved far from where it started; look whether its language is still in order.</source>
        <translation>Das Modell hat sich weit von seinem Anfang entfernt; sehen Sie nach, ob seine Sprache noch in Ordnung ist.</translation>
    </message>
    <message>
        <source>One step moves the policy too far: lower the learning rate.</source>
        <translation>Ein Schritt bewegt das Modell zu weit: Senken Sie die Lernrate.</translation>
    </message>
    <message>
        <source>Many tokens hit the clip range: the rollouts are stale or trainer and sampler disagree.</source>
        <translation>Viele Tokens stoßen an die Kürzungsgrenze: Die Lösungswege sind veraltet, oder Training und Erzeugung stimmen nicht überein.</translation>
    </message>
    <message>
        <source>A token became more than ten times as probable in one step.</source>
        <translation>Ein Token wurde in einem Schritt mehr als zehnmal so wahrscheinlich.</translation>
    </message>
    <message>
        <source>Sampler and trainer give different probabilities for the same token: a fault of a kernel, of quantisation, or a stale adapter.</source>
        <translation>Erzeugung und Training geben demselben Token verschiedene Wahrscheinlichkeiten: ein Fehler eines Rechenkerns, der Quantisierung oder ein veralteter Adapter.</translation>
    </message>
    <message>
        <source>Sampler and trainer no longer describe the same policy.</source>
        <translation>Erzeugung und Training beschreiben nicht mehr dasselbe Modell.</translation>
    </message>
    <message>
        <source>Only a small part of the rollout counts after importance weighting.</source>
        <translation>Nach der Gewichtung zählt nur ein kleiner Teil der Lösungswege.</translation>
    </message>
    <message>
        <source>Many chains are cut at their length limit: raise max_completion_length or look for loops.</source>
        <translation>Viele Lösungswege werden an der Längengrenze abgeschnitten: Erhöhen Sie max_completion_length, oder suchen Sie nach Schleifen.</translation>
    </message>
    <message>
        <source>The verifier could not judge some chains (a fault of gold or machine, not of the model).</source>
        <translation>Der Prüfer konnte einige Lösungswege nicht beurteilen (ein Fehler der Referenz oder der Maschine, nicht des Modells).</translation>
    </message>
    <message>
        <source>The critic explains less than a constant would: take GRPO, which needs none.</source>
        <translation>Der Kritiker erklärt weniger als eine Konstante: Nehmen Sie GRPO, das keinen braucht.</translation>
    </message>
    <message>
        <source>The critic&apos;s loss is no number: lower its learning rate.</source>
        <translation>Der Verlust des Kritikers ist keine Zahl: Senken Sie seine Lernrate.</translation>
    </message>
    <message>
        <source>Prompts are dropped because they exceed max_prompt_length.</source>
        <translation>Prompts werden verworfen, weil sie länger als max_prompt_length sind.</translation>
    </message>
    <message>
        <source>The held-out score fell: the model gets worse at problems it does not train on.</source>
        <translation>Die zurückgehaltene Trefferquote fiel: Das Modell wird bei Aufgaben schlechter, an denen es nicht trainiert.</translation>
    </message>
    <message>
        <source>The best of eight falls: variety is being lost.</source>
        <translation>Das Beste aus acht fällt: Vielfalt geht verloren.</translation>
    </message>
    <message>
        <source>A step took far longer than the others: the machine was busy or slept.</source>
        <translation>Ein Schritt dauerte viel länger als die anderen: Der Computer war beschäftigt oder im Ruhezustand.</translation>
    </message>
    <message>
        <source>A few tokens with an extreme ratio carry most of the update: take fewer passes over a rollout or a lower learning rate.</source>
        <translation>Wenige Tokens mit extremem Verhältnis tragen den größten Teil der Aktualisierung: Gehen Sie seltener durch einen Rollout, oder senken Sie die Lernrate.</translation>
    </message>
    <message>
        <source>Sampler and trainer agree on most tokens but not on some: look at these before trusting the update.</source>
        <translation>Erzeugung und Training sind sich bei den meisten Tokens einig, bei einigen nicht: Sehen Sie diese an, bevor Sie der Aktualisierung trauen.</translation>
    </message>
    <message>
        <source>Many chains end without an answer where the verifier looks for it: the prompt or the chat template does not fit, or the run is about to die.</source>
        <translation>Viele Lösungswege enden ohne Antwort an der Stelle, an der der Prüfer sie sucht: Die Aufgabe oder die Chat-Vorlage passt nicht, oder der Lauf geht bald ein.</translation>
    </message>
    <message>
        <source>Wrong chains are much longer than right ones: the model rambles when it does not know the answer.</source>
        <translation>Falsche Lösungswege sind viel länger als richtige: Das Modell schweift ab, wenn es die Antwort nicht weiß.</translation>
    </message>
    <message>
        <source>The chains have become several times as long as at the start: look whether they still say something.</source>
        <translation>Die Lösungswege sind ein Mehrfaches so lang wie am Anfang: Sehen Sie nach, ob sie noch etwas sagen.</translation>
    </message>
    <message>
        <source>The chains have become several times as short as at the start: look whether the model still reasons or guesses.</source>
        <translation>Die Lösungswege sind nur noch einen Bruchteil so lang wie am Anfang: Sehen Sie nach, ob das Modell noch nachdenkt oder rät.</translation>
    </message>
    <message>
        <source>The engine takes ever more memory: long chains, or a leak; save a checkpoint and resume the run.</source>
        <translation>Der Rechenkern braucht immer mehr Speicher: lange Lösungswege oder ein Leck; speichern Sie einen Checkpoint, und setzen Sie den Lauf fort.</translation>
    </message>
    <message>
        <source>The computer is running out of memory: close other programs or lower max_concurrent_chains.</source>
        <translation>Dem Rechner geht der Speicher aus: Schließen Sie andere Programme oder senken Sie max_concurrent_chains.</translation>
    </message>
    <message>
        <source>The model does much better on the problems it trains on than on the held-out ones: it learns them by heart, or the reward can be had without solving them.</source>
        <translation>Das Modell ist auf den Trainingsfragen viel besser als auf den zurückgehaltenen: Es lernt sie auswendig, oder der Reward ist ohne Lösung zu haben.</translation>
    </message>
    <message>
        <source>The reward rises while the held-out score does not follow: from here on the run gets better at its reward, not at the task.</source>
        <translation>Der Reward steigt, das Ergebnis auf zurückgehaltenen Fragen folgt nicht: Von hier an wird der Lauf besser in seinem Reward, nicht in der Aufgabe.</translation>
    </message>
    <message>
        <source>Checks a filled grid (sudoku, futoshiki, nonogram, queens, colouring, zebra) rule by rule.</source>
        <translation>Prüft ein ausgefülltes Gitter (Sudoku, Futoshiki, Nonogramm, Damen, Färbung, Zebrarätsel) Regel für Regel.</translation>
    </message>
    <message>
        <source>Walks a path through a graph or a maze and names the first step that fails.</source>
        <translation>Geht einen Weg durch einen Graphen oder ein Labyrinth und nennt den ersten Schritt, der nicht geht.</translation>
    </message>
    <message>
        <source>Carries out a plan step by step and names the first step that cannot be done.</source>
        <translation>Führt einen Plan Schritt für Schritt aus und nennt den ersten Schritt, der nicht ausführbar ist.</translation>
    </message>
    <message>
        <source>Checks values for unknowns against arithmetic, bit-vector and logical constraints.</source>
        <translation>Prüft Werte für Unbekannte an arithmetischen, bitweisen und logischen Bedingungen.</translation>
    </message>
    <message>
        <source>Proves whether a statement follows from a theory, is refuted by it, or neither.</source>
        <translation>Beweist, ob eine Aussage aus einer Theorie folgt, von ihr widerlegt wird oder keines von beiden.</translation>
    </message>
    <message>
        <source>Proves that a logical formula says the same as the expected one.</source>
        <translation>Beweist, dass eine logische Formel dasselbe sagt wie die erwartete.</translation>
    </message>
    <message>
        <source>Checks tags, length and language of a completion, not its answer.</source>
        <translation>Prüft Auszeichnungen, Länge und Sprache eines Textes, nicht seine Antwort.</translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluateModel</name>
    <message>
        <source>they were measured by different protocols</source>
        <translation>sie wurden nach verschiedenen Protokollen gemessen</translation>
    </message>
    <message>
        <source>they were measured on different data sets</source>
        <translation>sie wurden an verschiedenen Datensätzen gemessen</translation>
    </message>
    <message>
        <source>the problems, the chat template or the verifiers are not the same</source>
        <translation>die Aufgaben, die Chatvorlage oder die Prüfer sind nicht dieselben</translation>
    </message>
    <message>
        <source>These two must not be ranked: %1.</source>
        <extracomment>%1 half a sentence</extracomment>
        <translation>Diese beiden dürfen nicht verglichen werden: %1.</translation>
    </message>
    <message>
        <source>%1 to %2 points</source>
        <translation>%1 bis %2 Punkte</translation>
    </message>
    <message>
        <source>%1 is ahead by %2 points (%3, p = %4).</source>
        <extracomment>%1 what is ahead, %2 points, %3 an interval, %4 a probability</extracomment>
        <translation>%1 liegt um %2 Punkte vorn (%3, p = %4).</translation>
    </message>
    <message>
        <source>Not told apart: the difference is %1 (p = %2). More problems would tell more.</source>
        <extracomment>%1 an interval of points, %2 a probability</extracomment>
        <translation>Nicht zu unterscheiden: Der Unterschied ist %1 (p = %2). Mehr Aufgaben würden mehr sagen.</translation>
    </message>
    <message>
        <source>One of them is not complete.</source>
        <translation>Eine davon ist nicht vollständig.</translation>
    </message>
    <message numerus="yes">
        <source>Counted on %Ln common problems only.</source>
        <translation>
            <numerusform>Nur an %Ln gemeinsamen Aufgabe gezählt.</numerusform>
            <numerusform>Nur an %Ln gemeinsamen Aufgaben gezählt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluatePage</name>
    <message>
        <source>Measure a model</source>
        <translation>Ein Modell messen</translation>
    </message>
    <message>
        <source>Stopped. What was measured so far is kept.</source>
        <translation>Angehalten. Was bisher gemessen wurde, bleibt.</translation>
    </message>
    <message>
        <source>The measurement is done.</source>
        <translation>Die Messung ist fertig.</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <comment>name of a page</comment>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>The table is copied.</source>
        <translation>Die Tabelle ist kopiert.</translation>
    </message>
    <message>
        <source>Run %1: %2</source>
        <extracomment>an entry of a list; %1 number, %2 name of a run</extracomment>
        <translation>Lauf %1: %2</translation>
    </message>
    <message>
        <source>A model folder…</source>
        <translation>Ein Modellordner …</translation>
    </message>
    <message>
        <source>The model answers every problem, and the verifiers decide. It can be stopped and resumed.</source>
        <translation>Das Modell beantwortet jede Aufgabe, und die Prüfer entscheiden. Es lässt sich anhalten und fortsetzen.</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Of a run its best checkpoint.</source>
        <translation>Von einem Lauf der XX.</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>for testing</source>
        <translation>zum Testen</translation>
    </message>
    <message>
        <source>of training</source>
        <translation>vom Training</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>How it is asked, sampled and judged. Only results of one protocol can be compared.</source>
        <translation>Wie gefragt, gezogen und geurteilt wird. Nur Ergebnisse eines Protokolls lassen sich vergleichen.</translation>
    </message>
    <message>
        <source>Samples, as in training</source>
        <translation>Antworten, wie beim Training</translation>
    </message>
    <message>
        <source>Answers for each problem; a protocol brings its own number.</source>
        <translation>Antworten je Aufgabe; ein Protokoll bringt seine eigene Zahl mit.</translation>
    </message>
    <message>
        <source>Problems at most, 0 = all</source>
        <translation>Höchstens Aufgaben, 0 = alle</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed gives the same answers.</source>
        <translation>Derselbe Startwert ergibt dieselben Antworten.</translation>
    </message>
    <message>
        <source>Choose a model folder</source>
        <translation>Modellordner wählen</translation>
    </message>
    <message>
        <source>This result came from a file: there are no chains to look at.</source>
        <translation>Dieses Ergebnis kam aus einer Datei: Es gibt keine Lösungswege anzusehen.</translation>
    </message>
    <message>
        <source>Checking answers…</source>
        <translation>Prüfe Antworten …</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Lade das Modell …</translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation>Antworte …</translation>
    </message>
    <message>
        <source>How good is the model on problems that it never trained on?</source>
        <translation>Wie gut ist das Modell bei Aufgaben, mit denen es nie trainiert hat?</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist geöffnet</translation>
    </message>
    <message>
        <source>The first measurement is under way</source>
        <translation>Die erste Messung läuft</translation>
    </message>
    <message>
        <source>Reading the results…</source>
        <translation>Lese die Ergebnisse …</translation>
    </message>
    <message>
        <source>Nothing was measured yet</source>
        <translation>Noch nichts gemessen</translation>
    </message>
    <message>
        <source>Results are kept in a project.</source>
        <translation>Ergebnisse liegen in einem Projekt.</translation>
    </message>
    <message>
        <source>A measurement shows what a model can do, with an interval and a count.</source>
        <translation>Eine Messung zeigt, was ein Modell kann, mit Bereich und Anzahl.</translation>
    </message>
    <message>
        <source>A measurement needs a data set with held-out problems.</source>
        <translation>Eine Messung braucht einen Datensatz mit zurückgehaltenen Aufgaben.</translation>
    </message>
    <message>
        <source>Go to the start page</source>
        <translation>Zur Startseite</translation>
    </message>
    <message>
        <source>Open the data sets</source>
        <translation>Datensätze öffnen</translation>
    </message>
    <message>
        <source>%1, then %2</source>
        <extracomment>a heading: %1 the earlier, %2 the later of two measured models</extracomment>
        <translation>%1, dann %2</translation>
    </message>
    <message>
        <source>Broken</source>
        <translation>Verschlechtert</translation>
    </message>
    <message>
        <source>Problems whose answers became worse.</source>
        <translation>Aufgaben, deren Antworten schlechter wurden.</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>Verbessert</translation>
    </message>
    <message>
        <source>Problems whose answers became better.</source>
        <translation>Aufgaben, deren Antworten besser wurden.</translation>
    </message>
    <message>
        <source>Right both times</source>
        <translation>Beide Male richtig</translation>
    </message>
    <message>
        <source>Problems that every sample of both solves.</source>
        <translation>Aufgaben, die jede Antwort von beiden löst.</translation>
    </message>
    <message>
        <source>Wrong both times</source>
        <translation>Beide Male falsch</translation>
    </message>
    <message>
        <source>Problems that no sample of either solves.</source>
        <translation>Aufgaben, die keine Antwort von beiden löst.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message numerus="yes">
        <source>On the %Ln problems that both have.</source>
        <translation>
            <numerusform>An der %Ln Aufgabe, die beide haben.</numerusform>
            <numerusform>An den %Ln Aufgaben, die beide haben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Measure a model…</source>
        <translation>Ein Modell messen …</translation>
    </message>
    <message>
        <source>Let a model answer held-out problems and have the answers checked.</source>
        <translation>Ein Modell zurückgehaltene Aufgaben beantworten und die Antworten prüfen lassen.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop; what was measured is kept and can be resumed (Esc).</source>
        <translation>Anhalten; was gemessen wurde, bleibt und kann fortgesetzt werden (Esc).</translation>
    </message>
    <message>
        <source>Progress of the measurement</source>
        <translation>Fortschritt der Messung</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the result that was cut off.</source>
        <translation>Das unterbrochene Ergebnis fortsetzen.</translation>
    </message>
    <message>
        <source>Chains</source>
        <translation>Lösungswege</translation>
    </message>
    <message>
        <source>Open the texts behind the chosen result (Enter).</source>
        <translation>Die Texte hinter dem gewählten Ergebnis öffnen (Eingabe).</translation>
    </message>
    <message>
        <source>Choose the columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>Copy the table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>Results of this project</source>
        <translation>Ergebnisse dieses Projekts</translation>
    </message>
    <message>
        <source>Next broken</source>
        <translation>Nächste verschlechterte</translation>
    </message>
    <message>
        <source>Go to the next problem that broke (F3).</source>
        <translation>Zur nächsten verschlechterten Aufgabe gehen (F3).</translation>
    </message>
    <message>
        <source>Copy the table of changed problems</source>
        <translation>Tabelle der geänderten Aufgaben kopieren</translation>
    </message>
    <message>
        <source>Problems whose answers changed, the broken ones first</source>
        <translation>Aufgaben, deren Antworten sich änderten, die verschlechterten zuerst</translation>
    </message>
    <message>
        <source>No problem changed between the two.</source>
        <translation>Keine Aufgabe änderte sich zwischen den beiden.</translation>
    </message>
    <message>
        <source>How good a model is on problems that it never trained on, always with an interval and a count. Choose one result to see its figures, or two to compare them: first the problems that broke, then those that were fixed. Only results that were asked, sampled and judged alike stand in one table: choose above it which ones.</source>
        <translation>Wie gut ein Modell bei Aufgaben ist, mit denen es nie trainiert hat, immer mit Intervall und Anzahl. Ein gewähltes Ergebnis zeigt seine Zahlen, zwei gewählte werden verglichen: zuerst die verlorenen Aufgaben, dann die gewonnenen. In einer Tabelle stehen nur Ergebnisse, die gleich gefragt, gezogen und beurteilt wurden; welche, wird darüber gewählt.</translation>
    </message>
    <message>
        <source>%1, on %2: %3 × %4 answers (%5)</source>
        <extracomment>%1 protocol, %2 data set, %3 problems, %4 samples, %5 the beginning of a hash</extracomment>
        <translation>%1, auf %2: %3 × %4 Antworten (%5)</translation>
    </message>
    <message numerus="yes">
        <source>%n results. Choose two of one table to compare them.</source>
        <translation>
            <numerusform>%n Ergebnis. Zwei aus einer Tabelle lassen sich vergleichen.</numerusform>
            <numerusform>%n Ergebnisse. Zwei aus einer Tabelle lassen sich vergleichen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Measured by</source>
        <translation>Gemessen mit</translation>
    </message>
    <message>
        <source>Protocol, data set and samples of the results below</source>
        <translation>Protokoll, Datensatz und Zahl der Antworten der Ergebnisse darunter</translation>
    </message>
    <message>
        <source>Everything that moves a score but the model. Only results of one such setup stand in one table.</source>
        <translation>Alles, was ein Ergebnis bewegt, außer dem Modell. Nur Ergebnisse eines solchen Aufbaus stehen in einer Tabelle.</translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluationCard</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 problems × %2 samples of %3, protocol “%4” (%5)</source>
        <extracomment>problems, samples, data set, protocol, hash</extracomment>
        <translation>%1 Aufgaben × %2 Antworten von %3, Protokoll „%4“ (%5)</translation>
    </message>
    <message>
        <source>Not complete: it was cut off and can be resumed.</source>
        <translation>Nicht vollständig: Die Messung wurde unterbrochen und lässt sich fortsetzen.</translation>
    </message>
    <message>
        <source>Right answers</source>
        <extracomment>%1 a way of judging, like &quot;strict&quot;</extracomment>
        <translation>Richtige Antworten</translation>
    </message>
    <message>
        <source>Right answers (%1)</source>
        <translation>Richtige Antworten (%1)</translation>
    </message>
    <message>
        <source>Share of right answers, with its 95 % interval.</source>
        <translation>Anteil richtiger Antworten, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Share of texts without a final answer. Healthy: under 2 %.</source>
        <translation>Anteil der Texte ohne Endantwort. Gesund: unter 2 %.</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Abgeschnitten</translation>
    </message>
    <message>
        <source>Share of texts cut off at the length limit. Healthy: under 2 %.</source>
        <translation>Anteil der Texte, die an der Längengrenze abgeschnitten wurden. Gesund: unter 2 %.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>Mean length of an answer.</source>
        <translation>Mittlere Länge einer Antwort.</translation>
    </message>
    <message>
        <source>One of %1 (pass@%1)</source>
        <extracomment>the share of problems that one of %1 samples solves; the measure&apos;s name</extracomment>
        <translation>Eine von %1 (pass@%1)</translation>
    </message>
    <message>
        <source>Share of problems that at least one of so many samples solves, with its 95 % interval.</source>
        <translation>Anteil der Aufgaben, die mindestens eine von so vielen Antworten löst, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>Majority (maj@%1)</source>
        <translation>Mehrheit (maj@%1)</translation>
    </message>
    <message>
        <source>Share of problems whose commonest answer is right, with its 95 % interval.</source>
        <translation>Anteil der Aufgaben, deren häufigste Antwort richtig ist, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>%1 are never solved and %2 always: they teach nothing. %3 are solved now and then; training learns from those.</source>
        <extracomment>counts of problems</extracomment>
        <translation>%1 werden nie und %2 immer gelöst: Aus ihnen ist nichts zu lernen. %3 werden manchmal gelöst; aus diesen lernt das Training.</translation>
    </message>
    <message>
        <source>One sample a problem cannot tell a hard problem from an unlucky answer. Measure with 4 samples or more to see how the difficulty is spread.</source>
        <translation>Eine Antwort je Aufgabe unterscheidet keine schwere Aufgabe von einem unglücklichen Versuch. Mit 4 oder mehr Antworten gemessen, zeigt sich hier, wie die Schwierigkeit verteilt ist.</translation>
    </message>
    <message>
        <source>The data set %1 with these problems is no longer in the project, so their tags and levels are not known.</source>
        <extracomment>%1 the name of a data set</extracomment>
        <translation>Der Datensatz %1 mit diesen Aufgaben ist nicht mehr im Projekt; ihre Schlagwörter und Stufen sind daher nicht bekannt.</translation>
    </message>
    <message>
        <source>The problems have no tags, levels or topics that tell them apart. Tags given on the page Datasets show here where the model is weak.</source>
        <translation>Die Aufgaben haben keine Schlagwörter, Stufen oder Themen, die sie unterscheiden. Auf der Seite Datensätze vergebene Schlagwörter zeigen hier, wo das Modell schwach ist.</translation>
    </message>
    <message>
        <source>Of %1 problems %2 are still in the data set; the others are left out here.</source>
        <translation>Von %1 Aufgaben sind noch %2 im Datensatz; die anderen fehlen hier.</translation>
    </message>
    <message>
        <source>Marked are slices whose interval does not reach the score of all problems.</source>
        <translation>Markiert ist, wessen Intervall den Wert aller Aufgaben nicht erreicht.</translation>
    </message>
    <message>
        <source>Difficulty</source>
        <translation>Schwierigkeit</translation>
    </message>
    <message>
        <source>Where it is strong and weak</source>
        <translation>Wo es stark und schwach ist</translation>
    </message>
    <message>
        <source>Scores by tag, level and topic</source>
        <translation>Ergebnisse nach Schlagwort, Stufe und Thema</translation>
    </message>
    <message>
        <source>Open the data set</source>
        <translation>Datensatz öffnen</translation>
    </message>
    <message>
        <source>Give its problems tags on the page Datasets.</source>
        <translation>Seinen Aufgaben auf der Seite Datensätze Schlagwörter geben.</translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluationTable</name>
    <message>
        <source>%1 %</source>
        <extracomment>a share in percent</extracomment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 (%2 – %3)</source>
        <extracomment>a result with the lower and upper end of its 95 % interval</extracomment>
        <translation>%1 (%2 – %3)</translation>
    </message>
    <message>
        <source>as in training</source>
        <translation>wie beim Training</translation>
    </message>
    <message>
        <source>GSM8K, chat, boxed answer</source>
        <translation>GSM8K, Chat, eingerahmte Antwort</translation>
    </message>
    <message>
        <source>GSM8K, 8 worked examples</source>
        <translation>GSM8K, 8 gelöste Beispiele</translation>
    </message>
    <message>
        <source>GSM8K, 5 shots, plain text</source>
        <translation>GSM8K, 5 Beispiele, reiner Text</translation>
    </message>
    <message>
        <source>HumanEval, completion of the function</source>
        <translation>HumanEval, Funktion vervollständigen</translation>
    </message>
    <message>
        <source>HumanEval, chat with the answer begun</source>
        <translation>HumanEval, Chat mit begonnener Antwort</translation>
    </message>
    <message>
        <source>MATH-500, answer on the last line</source>
        <translation>MATH-500, Antwort in der letzten Zeile</translation>
    </message>
    <message>
        <source>MATH, chat, boxed answer</source>
        <translation>MATH, Chat, eingerahmte Antwort</translation>
    </message>
    <message>
        <source>MBPP, 3 shots</source>
        <translation>MBPP, 3 Beispiele</translation>
    </message>
    <message>
        <source>MATH, 4 worked examples</source>
        <translation>MATH, 4 gelöste Beispiele</translation>
    </message>
    <message>
        <source>Your own questions, 8 samples</source>
        <translation>Ihre eigenen Fragen, 8 Antworten</translation>
    </message>
    <message>
        <source>Your own questions, one greedy answer</source>
        <translation>Ihre eigenen Fragen, je eine wahrscheinlichste Antwort</translation>
    </message>
    <message>
        <source>Reasoning models: MATH-500, 4 samples</source>
        <translation>Denkende Modelle: MATH-500, 4 Antworten</translation>
    </message>
    <message>
        <source>Reasoning models: AIME 2024, 64 samples</source>
        <translation>Denkende Modelle: AIME 2024, 64 Antworten</translation>
    </message>
    <message>
        <source>MATH-500, simple-evals prompt</source>
        <translation>MATH-500, Frage wie simple-evals</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <extracomment>numbers of problems and of samples for each</extracomment>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Not complete: it was cut off and can be resumed.</source>
        <translation>Nicht vollständig: Sie wurde unterbrochen und kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>Richtige Antworten</translation>
    </message>
    <message>
        <source>Problems × samples</source>
        <translation>Aufgaben × Antworten</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Abgeschnitten</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>One of %1 (pass@%1)</source>
        <extracomment>a column: the share of problems that one of %1 samples solves; the name of the measure</extracomment>
        <translation>Eine von %1 (pass@%1)</translation>
    </message>
    <message>
        <source>Right (avg@%1)</source>
        <extracomment>a column: %1 samples a problem; the name of the measure</extracomment>
        <translation>Richtig (avg@%1)</translation>
    </message>
    <message>
        <source>Majority (maj@%1)</source>
        <extracomment>a column: %1 samples a problem; the name of the measure</extracomment>
        <translation>Mehrheit (maj@%1)</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Share of problems that at least one of so many samples solves, with its 95 % interval.</source>
        <translation>Anteil der Aufgaben, die mindestens eine von so vielen Antworten löst, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>Share of right answers, with its 95 % interval.</source>
        <translation>Anteil richtiger Antworten, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>Share of problems whose commonest answer is right, with its 95 % interval.</source>
        <translation>Anteil der Aufgaben, deren häufigste Antwort richtig ist, mit 95-%-Intervall.</translation>
    </message>
    <message>
        <source>Share of texts without a final answer. Healthy: under 2 %.</source>
        <translation>Anteil der Texte ohne Endantwort. Gesund: unter 2 %.</translation>
    </message>
    <message>
        <source>Share of texts cut off at the length limit. Healthy: under 2 %.</source>
        <translation>Anteil der Texte, die an der Längengrenze abgeschnitten wurden. Gesund: unter 2 %.</translation>
    </message>
    <message>
        <source>Mean length of an answer in tokens.</source>
        <translation>Mittlere Länge einer Antwort in Tokens.</translation>
    </message>
    <message>
        <source>Answers</source>
        <comment>a column: problems × samples</comment>
        <translation>Antworten</translation>
    </message>
</context>
<context>
    <name>veritune::app::EventList</name>
    <message>
        <source>None so far.</source>
        <translation>Bisher keine.</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>Bitte ansehen</translation>
    </message>
    <message>
        <source>Problems only</source>
        <translation>Nur Probleme</translation>
    </message>
    <message>
        <source>Which events are listed</source>
        <translation>Welche Ereignisse aufgelistet werden</translation>
    </message>
    <message>
        <source>Events of this run, newest first</source>
        <translation>Ereignisse dieses Laufs, neueste zuerst</translation>
    </message>
</context>
<context>
    <name>veritune::app::ExpertSetup</name>
    <message>
        <source>Run, model and adapter</source>
        <translation>Lauf, Modell und Adapter</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Nothing is missing here.</source>
        <translation>Hier fehlt nichts.</translation>
    </message>
    <message>
        <source>Switched off: the run leaves this stage out.</source>
        <translation>Ausgeschaltet: Der Lauf lässt diese Phase aus.</translation>
    </message>
    <message>
        <source>What differs from the preset, and what is missing.</source>
        <translation>Was von der Voreinstellung abweicht und was noch fehlt.</translation>
    </message>
    <message>
        <source>Use this stage</source>
        <translation>Diese Phase verwenden</translation>
    </message>
    <message>
        <source>How it learns</source>
        <translation>Wie sie lernt</translation>
    </message>
    <message>
        <source>Another published algorithm:</source>
        <translation>Ein anderer veröffentlichter Algorithmus:</translation>
    </message>
    <message>
        <source>Another published algorithm</source>
        <translation>Ein anderer veröffentlichter Algorithmus</translation>
    </message>
    <message>
        <source>none of these</source>
        <extracomment>entry of a list when none of its algorithms is in use</extracomment>
        <translation>keiner davon</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Ready to start</source>
        <translation>Startbereit</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>Was noch fehlt</translation>
    </message>
    <message>
        <source>Every setting fits, and nothing is missing.</source>
        <translation>Alle Einstellungen passen, und es fehlt nichts.</translation>
    </message>
    <message>
        <source>What differs from %1</source>
        <extracomment>%1 is the name of a preset</extracomment>
        <translation>Was von %1 abweicht</translation>
    </message>
    <message>
        <source>The stage &quot;%1&quot; is left out.</source>
        <extracomment>%1 is the name of a training stage</extracomment>
        <translation>Die Phase „%1“ wird ausgelassen.</translation>
    </message>
    <message>
        <source>%1 – %2: %3 instead of %4.</source>
        <extracomment>%1 where, %2 name of a setting, %3 new value, %4 value of the preset</extracomment>
        <translation>%1 – %2: %3 statt %4.</translation>
    </message>
    <message>
        <source>Nothing: the run is the preset as it stands.</source>
        <translation>Nichts: Der Lauf entspricht unverändert der Voreinstellung.</translation>
    </message>
    <message>
        <source>Sections of the recipe</source>
        <translation>Abschnitte des Rezepts</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Einstellung suchen</translation>
    </message>
    <message>
        <source>Find a setting in this section</source>
        <translation>Einstellung in diesem Abschnitt suchen</translation>
    </message>
    <message>
        <source>Settings of the chosen section</source>
        <translation>Einstellungen des gewählten Abschnitts</translation>
    </message>
</context>
<context>
    <name>veritune::app::ExplainPanel</name>
    <message>
        <source>Explanation of the verdict</source>
        <translation>Erklärung des Urteils</translation>
    </message>
    <message>
        <source>How it was read</source>
        <translation>Wie es gelesen wurde</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Text that was checked</source>
        <translation>Geprüfter Text</translation>
    </message>
    <message>
        <source>Steps that the verifier checked</source>
        <translation>Schritte, die der Prüfer geprüft hat</translation>
    </message>
    <message>
        <source>The rule that decided</source>
        <translation>Die Regel, die entschied</translation>
    </message>
    <message>
        <source>Answer found</source>
        <translation>Gefundene Antwort</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Answer as read</source>
        <translation>Antwort, gelesen als</translation>
    </message>
    <message>
        <source>Reference as read</source>
        <translation>Referenz, gelesen als</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Found by</source>
        <translation>Gefunden durch</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>Verglichen</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Checking took</source>
        <translation>Prüfen dauerte</translation>
    </message>
    <message>
        <source>Its version</source>
        <translation>Seine Version</translation>
    </message>
    <message>
        <source>Case “%1”: this answer must be accepted.</source>
        <extracomment>%1 how the case was made, like &quot;one digit less&quot;</extracomment>
        <translation>Fall „%1“: Diese Antwort muss angenommen werden.</translation>
    </message>
    <message>
        <source>Case “%1”: this answer must be refused.</source>
        <translation>Fall „%1“: Diese Antwort muss abgelehnt werden.</translation>
    </message>
    <message>
        <source>Text that was checked: the beginning of %1</source>
        <translation>Geprüfter Text: der Anfang von %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln steps were checked</source>
        <translation>
            <numerusform>%Ln Schritt wurde geprüft</numerusform>
            <numerusform>%Ln Schritte wurden geprüft</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is right</source>
        <translation>%1 ist richtig</translation>
    </message>
    <message>
        <source>%1 is wrong: %2</source>
        <translation>%1 ist falsch: %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message numerus="yes">
        <source>%Ln operations</source>
        <translation>
            <numerusform>%Ln Rechenschritt</numerusform>
            <numerusform>%Ln Rechenschritte</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::FieldEditor</name>
    <message>
        <source>Range: %1.</source>
        <extracomment>%1 is a range such as &quot;0 to 1&quot;</extracomment>
        <translation>Bereich: %1.</translation>
    </message>
    <message>
        <source>In run.json: %1</source>
        <extracomment>%1 is the technical name of a setting</extracomment>
        <translation>In run.json: %1</translation>
    </message>
    <message>
        <source>Back to the preset&apos;s value</source>
        <translation>Zurück zum Wert der Voreinstellung</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>This must be a whole number.</source>
        <translation>Hier muss eine ganze Zahl stehen.</translation>
    </message>
    <message>
        <source>This must be a number.</source>
        <translation>Hier muss eine Zahl stehen.</translation>
    </message>
    <message>
        <source>Use %1</source>
        <extracomment>a button; %1 is the nearest value that is allowed</extracomment>
        <translation>%1 verwenden</translation>
    </message>
</context>
<context>
    <name>veritune::app::FieldText</name>
    <message>
        <source>Name of the run</source>
        <translation>Name des Laufs</translation>
    </message>
    <message>
        <source>Seed of the run</source>
        <translation>Startwert des Laufs</translation>
    </message>
    <message>
        <source>Keep every chain</source>
        <translation>Jeden Lösungsweg aufbewahren</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Prozessor-Threads</translation>
    </message>
    <message>
        <source>Processor or card</source>
        <translation>Prozessor oder Karte</translation>
    </message>
    <message>
        <source>Form of the optimiser</source>
        <translation>Form des Optimierers</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Built-in model</source>
        <translation>Eingebautes Modell</translation>
    </message>
    <message>
        <source>Adapter to continue from</source>
        <translation>Adapter zum Weitertrainieren</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Train an adapter (LoRA)</source>
        <translation>Adapter trainieren (LoRA)</translation>
    </message>
    <message>
        <source>Rank of the adapter</source>
        <translation>Rang des Adapters</translation>
    </message>
    <message>
        <source>Strength (alpha)</source>
        <translation>Stärke (Alpha)</translation>
    </message>
    <message>
        <source>Rank-stable scaling</source>
        <translation>Rangstabile Skalierung</translation>
    </message>
    <message>
        <source>Data set of the project</source>
        <translation>Datensatz des Projekts</translation>
    </message>
    <message>
        <source>Generated problems</source>
        <translation>Erzeugte Aufgaben</translation>
    </message>
    <message>
        <source>Number of rows</source>
        <translation>Anzahl der Zeilen</translation>
    </message>
    <message>
        <source>Seed of the generator</source>
        <translation>Startwert des Generators</translation>
    </message>
    <message>
        <source>Part of the data</source>
        <translation>Teil der Daten</translation>
    </message>
    <message>
        <source>Share of wrong steps</source>
        <translation>Anteil falscher Schritte</translation>
    </message>
    <message>
        <source>Shortest problem</source>
        <translation>Kürzeste Aufgabe</translation>
    </message>
    <message>
        <source>Longest problem</source>
        <translation>Längste Aufgabe</translation>
    </message>
    <message>
        <source>Name of the stage</source>
        <translation>Name der Phase</translation>
    </message>
    <message>
        <source>Kind of stage</source>
        <translation>Art der Phase</translation>
    </message>
    <message>
        <source>Starts from</source>
        <translation>Ausgangspunkt</translation>
    </message>
    <message>
        <source>Limit of CPU time</source>
        <translation>Grenze der CPU-Zeit</translation>
    </message>
    <message>
        <source>Same CPU time as stage</source>
        <translation>Gleiche CPU-Zeit wie Phase</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>Checkpoint alle</translation>
    </message>
    <message>
        <source>Passes over data</source>
        <translation>Durchgänge durch die Daten</translation>
    </message>
    <message>
        <source>Examples per step</source>
        <translation>Beispiele je Schritt</translation>
    </message>
    <message>
        <source>Longest example</source>
        <translation>Längstes Beispiel</translation>
    </message>
    <message>
        <source>Pack short examples</source>
        <translation>Kurze Beispiele zusammenpacken</translation>
    </message>
    <message>
        <source>Learn from answers only</source>
        <translation>Nur aus Antworten lernen</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>Algorithmus</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>Lernen aus</translation>
    </message>
    <message>
        <source>Number of steps</source>
        <translation>Anzahl der Schritte</translation>
    </message>
    <message>
        <source>Problems per step</source>
        <translation>Aufgaben je Schritt</translation>
    </message>
    <message>
        <source>Chains per problem</source>
        <translation>Lösungswege je Aufgabe</translation>
    </message>
    <message>
        <source>Passes per rollout</source>
        <translation>Durchgänge je Rollout</translation>
    </message>
    <message>
        <source>Updates per pass</source>
        <translation>Aktualisierungen je Durchgang</translation>
    </message>
    <message>
        <source>Tokens per forward pass</source>
        <translation>Token je Vorwärtsdurchgang</translation>
    </message>
    <message>
        <source>Form of the loss</source>
        <translation>Form der Verlustfunktion</translation>
    </message>
    <message>
        <source>Scaling of rewards</source>
        <translation>Skalierung der Rewards</translation>
    </message>
    <message>
        <source>Ratio per token or chain</source>
        <translation>Verhältnis je Token oder Lösungsweg</translation>
    </message>
    <message>
        <source>Lower clip of the ratio</source>
        <translation>Untere Clip-Grenze des Verhältnisses</translation>
    </message>
    <message>
        <source>Upper clip of the ratio</source>
        <translation>Obere Clip-Grenze des Verhältnisses</translation>
    </message>
    <message>
        <source>Cap of the unclipped ratio</source>
        <translation>Obergrenze des ungeclippten Verhältnisses</translation>
    </message>
    <message>
        <source>Bound for wrong chains</source>
        <translation>Schranke für falsche Lösungswege</translation>
    </message>
    <message>
        <source>Pull to the reference (in the loss)</source>
        <translation>Bindung an die Referenz (im Verlust)</translation>
    </message>
    <message>
        <source>Estimator of the distance</source>
        <translation>Schätzer des Abstands</translation>
    </message>
    <message>
        <source>Pull to the reference (in the reward)</source>
        <translation>Bindung an die Referenz (im Reward)</translation>
    </message>
    <message>
        <source>Discount per token</source>
        <translation>Diskontierung je Token</translation>
    </message>
    <message>
        <source>Trace decay (lambda)</source>
        <translation>Abklingen der Spur (Lambda)</translation>
    </message>
    <message>
        <source>Normalise advantages</source>
        <translation>Vorteile normieren</translation>
    </message>
    <message>
        <source>Smallest reward spread</source>
        <translation>Kleinste Streuung der Rewards</translation>
    </message>
    <message>
        <source>Weight of good chains</source>
        <translation>Gewicht guter Lösungswege</translation>
    </message>
    <message>
        <source>Weight of poor chains</source>
        <translation>Gewicht schlechter Lösungswege</translation>
    </message>
    <message>
        <source>Groups without a signal</source>
        <translation>Gruppen ohne Signal</translation>
    </message>
    <message>
        <source>Clipped ratio (RAFT++)</source>
        <translation>Geclipptes Verhältnis (RAFT++)</translation>
    </message>
    <message>
        <source>Correct sampler differences</source>
        <translation>Abweichungen des Samplers ausgleichen</translation>
    </message>
    <message>
        <source>Kind of correction</source>
        <translation>Art der Korrektur</translation>
    </message>
    <message>
        <source>Largest correction</source>
        <translation>Größte Korrektur</translation>
    </message>
    <message>
        <source>Ignore chains without an end</source>
        <translation>Lösungswege ohne Ende ignorieren</translation>
    </message>
    <message>
        <source>Penalty zone for long chains</source>
        <translation>Strafzone für lange Lösungswege</translation>
    </message>
    <message>
        <source>Gate for good chains (SAPO)</source>
        <translation>Gate für gute Lösungswege (SAPO)</translation>
    </message>
    <message>
        <source>Gate for poor chains (SAPO)</source>
        <translation>Gate für schlechte Lösungswege (SAPO)</translation>
    </message>
    <message>
        <source>Learning rate of the critic</source>
        <translation>Lernrate des Kritikers</translation>
    </message>
    <message>
        <source>Critic updates per rollout</source>
        <translation>Kritiker-Aktualisierungen je Rollout</translation>
    </message>
    <message>
        <source>Head start of the critic</source>
        <translation>Vorsprung des Kritikers</translation>
    </message>
    <message>
        <source>Output of the critic</source>
        <translation>Ausgabe des Kritikers</translation>
    </message>
    <message>
        <source>Limit of a value&apos;s move</source>
        <translation>Grenze für die Änderung eines Werts</translation>
    </message>
    <message>
        <source>Source of the verdicts</source>
        <translation>Quelle der Urteile</translation>
    </message>
    <message>
        <source>Problems per round</source>
        <translation>Aufgaben je Runde</translation>
    </message>
    <message>
        <source>Chains kept per problem</source>
        <translation>Behaltene Lösungswege je Aufgabe</translation>
    </message>
    <message>
        <source>Share of demonstrations</source>
        <translation>Anteil der Vorführungen</translation>
    </message>
    <message>
        <source>Number of rounds</source>
        <translation>Anzahl der Runden</translation>
    </message>
    <message>
        <source>Training starts from</source>
        <translation>Ausgangspunkt des Trainings</translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation>Auswertung alle</translation>
    </message>
    <message>
        <source>Held-out problems</source>
        <translation>Zurückgehaltene Aufgaben</translation>
    </message>
    <message>
        <source>Samples per problem</source>
        <translation>Versuche je Aufgabe</translation>
    </message>
    <message>
        <source>Also one greedy chain</source>
        <translation>Zusätzlich ein Greedy-Lösungsweg</translation>
    </message>
    <message>
        <source>Problems at the end</source>
        <translation>Aufgaben am Ende</translation>
    </message>
    <message>
        <source>Samples at the end</source>
        <translation>Versuche am Ende</translation>
    </message>
    <message>
        <source>When held-out falls</source>
        <translation>Bei Rückgang auf zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>Fall that counts</source>
        <translation>Rückgang, der zählt</translation>
    </message>
    <message>
        <source>Fall that acts at once</source>
        <translation>Rückgang, der sofort wirkt</translation>
    </message>
    <message>
        <source>Patience without a best</source>
        <translation>Geduld ohne neuen Bestwert</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Memory of gradients</source>
        <translation>Gedächtnis für Gradienten</translation>
    </message>
    <message>
        <source>Memory of squared gradients</source>
        <translation>Gedächtnis für quadrierte Gradienten</translation>
    </message>
    <message>
        <source>Numeric guard</source>
        <translation>Numerische Absicherung</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Weight Decay</translation>
    </message>
    <message>
        <source>Gradient limit</source>
        <translation>Grenze der Gradienten</translation>
    </message>
    <message>
        <source>Warm-up</source>
        <translation>Warm-up</translation>
    </message>
    <message>
        <source>Course of the learning rate</source>
        <translation>Verlauf der Lernrate</translation>
    </message>
    <message>
        <source>Final share of the learning rate</source>
        <translation>Endanteil der Lernrate</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Longest prompt</source>
        <translation>Längster Prompt</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Chains written together</source>
        <translation>Gleichzeitig geschriebene Lösungswege</translation>
    </message>
    <message>
        <source>Steps and batches</source>
        <translation>Schritte und Batches</translation>
    </message>
    <message>
        <source>Loss and clipping</source>
        <translation>Verlust und Clipping</translation>
    </message>
    <message>
        <source>Distance to the starting model</source>
        <translation>Abstand zum Ausgangsmodell</translation>
    </message>
    <message>
        <source>Rewards and advantages</source>
        <translation>Rewards und Vorteile</translation>
    </message>
    <message>
        <source>Sampler correction</source>
        <translation>Sampler-Korrektur</translation>
    </message>
    <message>
        <source>Long chains</source>
        <translation>Lange Lösungswege</translation>
    </message>
    <message>
        <source>Critic (PPO)</source>
        <translation>Kritiker (PPO)</translation>
    </message>
    <message>
        <source>Control experiment</source>
        <translation>Kontrollexperiment</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>Optimierer</translation>
    </message>
    <message>
        <source>Writing chains</source>
        <translation>Schreiben der Lösungswege</translation>
    </message>
    <message>
        <source>Guard</source>
        <translation>Wächter</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Supervised training on demonstrations</source>
        <translation>Überwachtes Training mit Vorführungen</translation>
    </message>
    <message>
        <source>Sampling and selection</source>
        <translation>Versuche und Auswahl</translation>
    </message>
    <message>
        <source>Held-out evaluation</source>
        <translation>Auswertung auf zurückgehaltenen Aufgaben</translation>
    </message>
    <message>
        <source>Proven chains only (verified)</source>
        <translation>Nur bestätigte Lösungswege (verified)</translation>
    </message>
    <message>
        <source>All chains (all)</source>
        <translation>Alle Lösungswege (all)</translation>
    </message>
    <message>
        <source>PPO</source>
        <translation>PPO</translation>
    </message>
    <message>
        <source>GRPO</source>
        <translation>GRPO</translation>
    </message>
    <message>
        <source>RLOO</source>
        <translation>RLOO</translation>
    </message>
    <message>
        <source>REINFORCE++</source>
        <translation>REINFORCE++</translation>
    </message>
    <message>
        <source>RAFT (expert iteration)</source>
        <translation>RAFT (Experteniteration)</translation>
    </message>
    <message>
        <source>The verifier (verifier)</source>
        <translation>Der Prüfer (verifier)</translation>
    </message>
    <message>
        <source>Random, as a control (random)</source>
        <translation>Zufällig, zur Kontrolle (random)</translation>
    </message>
    <message>
        <source>Shuffled, as a control (shuffled)</source>
        <translation>Vertauscht, zur Kontrolle (shuffled)</translation>
    </message>
    <message>
        <source>Training part (train)</source>
        <translation>Trainingsteil (train)</translation>
    </message>
    <message>
        <source>Held-out part (val)</source>
        <translation>Zurückgehaltener Teil (val)</translation>
    </message>
    <message>
        <source>Test part (test)</source>
        <translation>Testteil (test)</translation>
    </message>
    <message>
        <source>The stage before</source>
        <translation>Die Phase davor</translation>
    </message>
    <message>
        <source>The model as loaded</source>
        <translation>Das Modell, wie geladen</translation>
    </message>
    <message>
        <source>The weights that sampled</source>
        <translation>Die Gewichte, mit denen die Versuche entstanden</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>Die des Modells</translation>
    </message>
    <message>
        <source>Clock arithmetic (mod)</source>
        <translation>Uhrenarithmetik (mod)</translation>
    </message>
    <message>
        <source>True or false (bool)</source>
        <translation>Wahr oder falsch (bool)</translation>
    </message>
    <message>
        <source>Small programs (trace)</source>
        <translation>Kleine Programme (trace)</translation>
    </message>
    <message>
        <source>Demonstration model (demo)</source>
        <translation>Demomodell (demo)</translation>
    </message>
    <message>
        <source>Go back to the best and stop (stop)</source>
        <translation>Zum besten Stand zurück und anhalten (stop)</translation>
    </message>
    <message>
        <source>Go on once with half the rate</source>
        <translation>Einmal mit halber Lernrate fortfahren</translation>
    </message>
    <message>
        <source>Do nothing (off)</source>
        <translation>Nichts tun (off)</translation>
    </message>
    <message>
        <source>Keep them (off)</source>
        <translation>Behalten (off)</translation>
    </message>
    <message>
        <source>Leave them out (skip)</source>
        <translation>Weglassen (skip)</translation>
    </message>
    <message>
        <source>Draw others (resample)</source>
        <translation>Andere ziehen (resample)</translation>
    </message>
    <message>
        <source>Cold start</source>
        <translation>Kaltstart</translation>
    </message>
    <message>
        <source>Shows the model worked examples, so that it knows how an answer looks.</source>
        <translation>Zeigt dem Modell durchgerechnete Beispiele, damit es weiß, wie eine Antwort aussieht.</translation>
    </message>
    <message>
        <source>Verifiable RL</source>
        <translation>Verifizierbares RL</translation>
    </message>
    <message>
        <source>The model tries, a verifier checks every answer, and what is proven right is strengthened.</source>
        <translation>Das Modell versucht sich, ein Prüfer kontrolliert jede Antwort, und was nachweislich richtig ist, wird verstärkt.</translation>
    </message>
    <message>
        <source>Rejection sampling</source>
        <translation>Auswahl geprüfter Lösungen</translation>
    </message>
    <message>
        <source>Collects the chains that the verifier proved and trains on the best of them.</source>
        <translation>Sammelt die Lösungswege, die der Prüfer bestätigt hat, und trainiert mit den besten davon.</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Measures the model on held-out problems and changes nothing.</source>
        <translation>Misst das Modell an zurückgehaltenen Aufgaben und verändert nichts.</translation>
    </message>
    <message>
        <source>Control: random verdicts</source>
        <translation>Kontrolle: zufällige Urteile</translation>
    </message>
    <message>
        <source>Control: shuffled verdicts</source>
        <translation>Kontrolle: vertauschte Urteile</translation>
    </message>
    <message>
        <source>Control: sampling from the cold start</source>
        <translation>Kontrolle: Versuche aus dem Kaltstart</translation>
    </message>
    <message>
        <source>Control: more examples, same time</source>
        <translation>Kontrolle: mehr Beispiele, gleiche Zeit</translation>
    </message>
    <message>
        <source>PPO, proven chains</source>
        <translation>PPO, bestätigte Lösungswege</translation>
    </message>
    <message>
        <source>The careful default: only chains that the verifier proved change the weights; a critic says how surprising each success was.</source>
        <translation>Die vorsichtige Vorgabe: Nur Lösungswege, die der Prüfer bestätigt hat, ändern die Gewichte; ein Kritiker sagt, wie überraschend jeder Erfolg war.</translation>
    </message>
    <message>
        <source>PPO, all chains</source>
        <translation>PPO, alle Lösungswege</translation>
    </message>
    <message>
        <source>Also learns from failures; faster, and drifts more easily.</source>
        <translation>Lernt auch aus Fehlschlägen; schneller, driftet aber leichter ab.</translation>
    </message>
    <message>
        <source>Compares the chains of one problem with each other; needs no critic.</source>
        <translation>Vergleicht die Lösungswege einer Aufgabe miteinander und braucht keinen Kritiker.</translation>
    </message>
    <message>
        <source>RAFT</source>
        <translation>RAFT</translation>
    </message>
    <message>
        <source>Expert iteration: trains on proven chains as if they were examples.</source>
        <translation>Experteniteration: trainiert mit bestätigten Lösungswegen, als wären es Beispiele.</translation>
    </message>
    <message>
        <source>DAPO</source>
        <translation>DAPO</translation>
    </message>
    <message>
        <source>BNPO</source>
        <translation>BNPO</translation>
    </message>
    <message>
        <source>Dr. GRPO</source>
        <translation>Dr. GRPO</translation>
    </message>
    <message>
        <source>GSPO</source>
        <translation>GSPO</translation>
    </message>
    <message>
        <source>CISPO</source>
        <translation>CISPO</translation>
    </message>
    <message>
        <source>SAPO</source>
        <translation>SAPO</translation>
    </message>
    <message>
        <source>RAFT++</source>
        <translation>RAFT++</translation>
    </message>
    <message>
        <source>Reinforce-Rej</source>
        <translation>Reinforce-Rej</translation>
    </message>
    <message>
        <source>PSR: good chains only</source>
        <translation>PSR: nur gute Lösungswege</translation>
    </message>
    <message>
        <source>NSR: poor chains only</source>
        <translation>NSR: nur schlechte Lösungswege</translation>
    </message>
    <message>
        <source>W-REINFORCE</source>
        <translation>W-REINFORCE</translation>
    </message>
    <message>
        <source>Reason to train despite a red bench</source>
        <translation>Begründung für das Training trotz roten Prüfstands</translation>
    </message>
    <message>
        <source>above %1</source>
        <translation>mehr als %1</translation>
    </message>
    <message>
        <source>%1 or more</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>above %1, at most %2</source>
        <translation>mehr als %1 und höchstens %2</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>(empty)</source>
        <extracomment>a text field that holds nothing</extracomment>
        <translation>(leer)</translation>
    </message>
    <message>
        <source>the default for 7B models</source>
        <extracomment>a built-in recipe, inside a sentence such as &quot;As in %1&quot;</extracomment>
        <translation>der Vorgabe für 7B-Modelle</translation>
    </message>
    <message>
        <source>the demonstration</source>
        <extracomment>a built-in recipe, inside a sentence such as &quot;As in %1&quot;</extracomment>
        <translation>der Vorführung</translation>
    </message>
    <message>
        <source>the quick demonstration</source>
        <extracomment>a built-in recipe, inside a sentence such as &quot;As in %1&quot;</extracomment>
        <translation>der schnellen Vorführung</translation>
    </message>
</context>
<context>
    <name>veritune::app::FormDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>veritune::app::GroupStrip</name>
    <message numerus="yes">
        <source>%1 of %n question(s) have a correct chain</source>
        <translation>
            <numerusform>%1 von %n Frage hat einen richtigen Lösungsweg</numerusform>
            <numerusform>%1 von %n Fragen haben einen richtigen Lösungsweg</numerusform>
        </translation>
    </message>
    <message>
        <source>Question %1, chain %2: %3</source>
        <extracomment>%1 is the name of a question, %2 the number of the chain, %3 the verdict</extracomment>
        <translation>Frage %1, Lösungsweg %2: %3</translation>
    </message>
</context>
<context>
    <name>veritune::app::GroupView</name>
    <message>
        <source>Sample %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln texts for this task, %1 of them correct.</source>
        <extracomment>%n texts for one task, %1 how many are correct</extracomment>
        <translation>
            <numerusform>%Ln Text zu dieser Aufgabe, davon %1 richtig.</numerusform>
            <numerusform>%Ln Texte zu dieser Aufgabe, davon %1 richtig.</numerusform>
        </translation>
    </message>
    <message>
        <source>All got the same reward: their differences teach the model nothing.</source>
        <translation>Alle haben denselben Reward erhalten: Aus ihren Unterschieden lernt das Modell nichts.</translation>
    </message>
    <message>
        <source>All texts are the same.</source>
        <translation>Alle Texte sind gleich.</translation>
    </message>
    <message numerus="yes">
        <source>All begin with the same %Ln characters.</source>
        <translation>
            <numerusform>Alle haben am Anfang %Ln Zeichen gemeinsam.</numerusform>
            <numerusform>Alle haben am Anfang %Ln Zeichen gemeinsam.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::HeatStrip</name>
    <message numerus="yes">
        <source>%1: mean %2 over %Ln tokens</source>
        <extracomment>%1 what is measured, %2 a number, %n tokens</extracomment>
        <translation>
            <numerusform>%1: Mittelwert %2 über %Ln Token</numerusform>
            <numerusform>%1: Mittelwert %2 über %Ln Token</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::HelpPanel</name>
    <message>
        <source>Help</source>
        <comment>heading of the panel that explains the page and the focused control</comment>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Hide the help (F1)</source>
        <translation>Hilfe ausblenden (F1)</translation>
    </message>
</context>
<context>
    <name>veritune::app::HomePage</name>
    <message>
        <source>Run the 2-minute demo</source>
        <translation>2-Minuten-Demo starten</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>The run pauses after this step.</source>
        <translation>Der Lauf pausiert nach diesem Schritt.</translation>
    </message>
    <message>
        <source>The self-check was copied.</source>
        <translation>Der Selbsttest wurde kopiert.</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Start here. The demo trains a tiny model in front of your eyes and needs nothing but this computer. For your own questions, set up a run with a model folder and a file of questions whose answers can be checked.</source>
        <translation>Beginnen Sie hier. Die Demo trainiert vor Ihren Augen ein winziges Modell und braucht nur diesen Computer. Für Ihre eigenen Fragen richten Sie einen Lauf ein: mit einem Modellordner und einer Datei mit Fragen, deren Antworten sich prüfen lassen.</translation>
    </message>
    <message>
        <source>Right answers on questions it never saw: %1 at first, %2 at best.</source>
        <translation>Richtige Antworten auf Fragen, die das Modell nie gesehen hat: anfangs %1, im besten Stand %2.</translation>
    </message>
    <message>
        <source>This project has no run yet</source>
        <translation>Dieses Projekt hat noch keinen Lauf</translation>
    </message>
    <message>
        <source>A run teaches a model with questions whose answers a verifier can check.</source>
        <translation>Ein Lauf schult ein Modell an Fragen, deren Antworten ein Prüfer kontrollieren kann.</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Run %1 is training</source>
        <translation>Lauf %1 trainiert gerade</translation>
    </message>
    <message>
        <source>Watch it live</source>
        <translation>Live verfolgen</translation>
    </message>
    <message>
        <source>Run %1 is paused</source>
        <translation>Lauf %1 ist pausiert</translation>
    </message>
    <message>
        <source>Run %1 was interrupted</source>
        <translation>Lauf %1 wurde unterbrochen</translation>
    </message>
    <message>
        <source>Every completed step is stored; it goes on where it was.</source>
        <translation>Jeder abgeschlossene Schritt ist gespeichert; der Lauf geht dort weiter, wo er war.</translation>
    </message>
    <message>
        <source>Resume the run</source>
        <translation>Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Run %1 failed</source>
        <translation>Lauf %1 ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>Look at the run</source>
        <translation>Lauf ansehen</translation>
    </message>
    <message>
        <source>Run %1 has learned something</source>
        <translation>Lauf %1 hat etwas gelernt</translation>
    </message>
    <message>
        <source>Run %1 has ended</source>
        <translation>Lauf %1 ist beendet</translation>
    </message>
    <message>
        <source>Look inside its chains</source>
        <translation>Lösungswege ansehen</translation>
    </message>
    <message>
        <source>The demonstration is being prepared.</source>
        <translation>Die Vorführung wird vorbereitet.</translation>
    </message>
    <message>
        <source>Demonstration</source>
        <comment>name of the project that the demo makes</comment>
        <translation>Vorführung</translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation>Projektordner öffnen</translation>
    </message>
    <message>
        <source>Taken off the list. The project itself stays where it is.</source>
        <translation>Aus der Liste genommen. Das Projekt selbst bleibt, wo es ist.</translation>
    </message>
    <message>
        <source>fine</source>
        <translation>in Ordnung</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>limited</source>
        <translation>eingeschränkt</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>Es fehlt etwas</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Veritune</source>
        <translation>Veritune</translation>
    </message>
    <message>
        <source>Teach a reasoning model with answers that can be checked. Everything stays on this computer.</source>
        <translation>Trainieren Sie ein Reasoning-Modell mit Antworten, die sich prüfen lassen. Alles bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>A tiny model learns arithmetic in front of your eyes. You see every answer and why it was right or wrong.</source>
        <translation>Ein winziges Modell lernt vor Ihren Augen rechnen. Sie sehen jede Antwort und warum sie richtig oder falsch war.</translation>
    </message>
    <message>
        <source>No GPU needed</source>
        <translation>Keine GPU nötig</translation>
    </message>
    <message>
        <source>Start my project</source>
        <translation>Eigenes Projekt beginnen</translation>
    </message>
    <message>
        <source>Choose a model folder and a file of questions with answers that can be checked.</source>
        <translation>Wählen Sie einen Modellordner und eine Datei mit Fragen, deren Antworten sich prüfen lassen.</translation>
    </message>
    <message>
        <source>Go on with a project of yours, or drop its folder on this window.</source>
        <translation>Setzen Sie eines Ihrer Projekte fort, oder ziehen Sie dessen Ordner auf dieses Fenster.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Pause the run after this step</source>
        <translation>Lauf nach diesem Schritt pausieren</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Zuletzt verwendete Projekte</translation>
    </message>
    <message>
        <source>Enter opens a project. Delete takes it off the list and never deletes anything from the disk.</source>
        <translation>Enter öffnet ein Projekt. Delete nimmt es aus der Liste und löscht nie etwas vom Datenträger.</translation>
    </message>
    <message>
        <source>Projects that you open appear here.</source>
        <translation>Projekte, die Sie öffnen, erscheinen hier.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Check this computer again</source>
        <translation>Diesen Computer erneut prüfen</translation>
    </message>
    <message>
        <source>Copy the results of the check</source>
        <translation>Ergebnisse der Prüfung kopieren</translation>
    </message>
    <message>
        <source>A verified answer satisfies the rule that was checked; it does not prove that the reasoning is right.</source>
        <translation>Eine verifizierte Antwort erfüllt die geprüfte Regel; sie beweist nicht, dass der Gedankengang richtig ist.</translation>
    </message>
</context>
<context>
    <name>veritune::app::ImportDialog</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Worked solution</source>
        <translation>Lösungsweg</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
    <message>
        <source>Options to choose from</source>
        <translation>Möglichkeiten zur Auswahl</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>Tabulator</translation>
    </message>
    <message>
        <source>comma</source>
        <translation>Komma</translation>
    </message>
    <message>
        <source>semicolon</source>
        <translation>Semikolon</translation>
    </message>
    <message>
        <source>bar</source>
        <translation>senkrechter Strich</translation>
    </message>
    <message>
        <source>Columns as chosen below</source>
        <translation>Spalten wie unten gewählt</translation>
    </message>
    <message>
        <source>as the rows say</source>
        <translation>wie die Zeilen sagen</translation>
    </message>
    <message>
        <source>Windows (cp1252)</source>
        <translation>Windows (cp1252)</translation>
    </message>
    <message>
        <source>point (1.5)</source>
        <translation>Punkt (1.5)</translation>
    </message>
    <message>
        <source>comma (1,5)</source>
        <translation>Komma (1,5)</translation>
    </message>
    <message>
        <source>none</source>
        <comment>no column</comment>
        <translation>keine</translation>
    </message>
    <message>
        <source>No row of this file can be used. Say which columns hold the question and the reference answer.</source>
        <translation>Keine Zeile dieser Datei ist brauchbar. Sagen Sie, welche Spalten Frage und Referenzantwort enthalten.</translation>
    </message>
    <message>
        <source>%1 rows: %2 for training, %3 held out, %4 for testing.</source>
        <extracomment>numbers of rows: in all, for training, held out, for testing</extracomment>
        <translation>%1 Zeilen: %2 zum Trainieren, %3 zurückgehalten, %4 zum Testen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows cannot be used.</source>
        <translation>
            <numerusform>%Ln Zeile ist nicht brauchbar.</numerusform>
            <numerusform>%Ln Zeilen sind nicht brauchbar.</numerusform>
        </translation>
    </message>
    <message>
        <source>Reference answers are checked after the import.</source>
        <translation>Referenzantworten werden nach dem Import geprüft.</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <extracomment>%1 is a line number, %2 what is wrong with the line</extracomment>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>Save the rows that cannot be used</source>
        <translation>Unbrauchbare Zeilen speichern</translation>
    </message>
    <message>
        <source>A name has letters, digits, points, dashes and underscores, without spaces.</source>
        <translation>Ein Name hat Buchstaben, Ziffern, Punkte, Binde- und Unterstriche, ohne Leerzeichen.</translation>
    </message>
    <message>
        <source>The project has a data set of this name already.</source>
        <translation>Das Projekt hat schon einen Datensatz dieses Namens.</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>Lese die Datei …</translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln rows</source>
        <translation>
            <numerusform>%Ln Zeile importieren</numerusform>
            <numerusform>%Ln Zeilen importieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Import a data set</source>
        <translation>Datensatz importieren</translation>
    </message>
    <message>
        <source>Name in the project</source>
        <translation>Name im Projekt</translation>
    </message>
    <message>
        <source>Form of the rows</source>
        <translation>Form der Zeilen</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>Zeichensatz</translation>
    </message>
    <message>
        <source>Columns divided by</source>
        <translation>Spalten getrennt durch</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>Dezimalzeichen</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>For testing</source>
        <translation>Zum Testen</translation>
    </message>
    <message>
        <source>The file&apos;s column that holds: %1</source>
        <translation>Die Spalte der Datei mit: %1</translation>
    </message>
    <message>
        <source>Progress of reading</source>
        <translation>Fortschritt des Lesens</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Rows that cannot be used</source>
        <translation>Unbrauchbare Zeilen</translation>
    </message>
    <message>
        <source>The first rows as they would come in</source>
        <translation>Die ersten Zeilen, wie sie hereinkämen</translation>
    </message>
    <message>
        <source>What is wrong, line by line</source>
        <translation>Was falsch ist, Zeile für Zeile</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern …</translation>
    </message>
    <message>
        <source>Save the rows that cannot be used as CSV</source>
        <translation>Unbrauchbare Zeilen als CSV speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>veritune::app::ImportPreviewModel</name>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
</context>
<context>
    <name>veritune::app::Limits</name>
    <message>
        <source>Veritune is not a medical device. Do not use it, or models trained with it, for decisions on patients or in life-critical systems.</source>
        <translation>Veritune ist kein Medizinprodukt. Verwenden Sie weder Veritune noch damit trainierte Modelle für Entscheidungen über Patientinnen und Patienten oder in lebenskritischen Systemen.</translation>
    </message>
    <message>
        <source>Veritune does not give legal, tax or financial advice; a qualified person checks every answer.</source>
        <translation>Veritune leistet keine Rechts-, Steuer- oder Finanzberatung; eine qualifizierte Person prüft jede Antwort.</translation>
    </message>
    <message>
        <source>A verified answer satisfies the rule that was checked; it does not prove that the reasoning is right.</source>
        <translation>Eine verifizierte Antwort erfüllt die geprüfte Regel; sie beweist nicht, dass der Gedankengang richtig ist.</translation>
    </message>
</context>
<context>
    <name>veritune::app::LivePage</name>
    <message>
        <source>The run pauses after this step.</source>
        <translation>Der Lauf pausiert nach diesem Schritt.</translation>
    </message>
    <message>
        <source>A checkpoint is saved after this step.</source>
        <translation>Nach diesem Schritt wird ein Checkpoint gespeichert.</translation>
    </message>
    <message>
        <source>The run stops after this step and keeps what it learned.</source>
        <translation>Der Lauf endet nach diesem Schritt und behält, was er gelernt hat.</translation>
    </message>
    <message>
        <source>Pause the run</source>
        <translation>Lauf pausieren</translation>
    </message>
    <message>
        <source>Save a checkpoint now</source>
        <translation>Checkpoint jetzt speichern</translation>
    </message>
    <message>
        <source>Live run</source>
        <translation>Lauf live</translation>
    </message>
    <message>
        <source>The curves of a run. What counts is the held-out pass rate: the share of right answers on questions the model never trained on. The reward is the same share on the questions it trains on. Closing the window does not stop a run.</source>
        <translation>Die Kurven eines Laufs. Entscheidend ist die Trefferquote auf zurückgehaltenen Fragen: der Anteil richtiger Antworten auf Fragen, mit denen das Modell nie trainiert hat. Der Reward ist derselbe Anteil bei den Fragen, mit denen es trainiert. Das Schließen des Fensters beendet keinen Lauf.</translation>
    </message>
    <message>
        <source>Compare with no run</source>
        <translation>Mit keinem Lauf vergleichen</translation>
    </message>
    <message>
        <source>Compare with run %1: %2</source>
        <extracomment>%1 is the number of a run, %2 its name</extracomment>
        <translation>Mit Lauf %1 vergleichen: %2</translation>
    </message>
    <message>
        <source>The engine is loading the model.</source>
        <translation>Der Rechenkern lädt das Modell.</translation>
    </message>
    <message>
        <source>%1, step %2 of %3</source>
        <extracomment>%1 is a stage, %2 and %3 numbers of steps</extracomment>
        <translation>%1, Schritt %2 von %3</translation>
    </message>
    <message>
        <source>about %1 left in this stage</source>
        <translation>noch etwa %1 in dieser Phase</translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>Lauf %1</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause the run after this step</source>
        <translation>Lauf nach diesem Schritt pausieren</translation>
    </message>
    <message>
        <source>Resume the run from its last checkpoint</source>
        <translation>Lauf ab dem letzten Checkpoint fortsetzen</translation>
    </message>
    <message>
        <source>Toy model: shows the method, not the quality</source>
        <translation>Spielzeugmodell: zeigt das Verfahren, nicht die Qualität</translation>
    </message>
    <message>
        <source>This run failed</source>
        <translation>Dieser Lauf ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>This run was interrupted</source>
        <translation>Dieser Lauf wurde unterbrochen</translation>
    </message>
    <message>
        <source>Every completed step is stored. It goes on from its last checkpoint.</source>
        <translation>Jeder abgeschlossene Schritt ist gespeichert. Der Lauf geht ab dem letzten Checkpoint weiter.</translation>
    </message>
    <message>
        <source>This run is paused</source>
        <translation>Dieser Lauf ist pausiert</translation>
    </message>
    <message>
        <source>The stage under way</source>
        <translation>Die aktuelle Phase</translation>
    </message>
    <message>
        <source>All stages</source>
        <translation>Alle Phasen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>second</source>
        <translation>Sekunde</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Best checkpoint by held-out pass rate</source>
        <translation>Bester Checkpoint nach Trefferquote auf zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>%1 begins</source>
        <extracomment>%1 is a stage</extracomment>
        <translation>%1 beginnt</translation>
    </message>
    <message>
        <source>%1, step %2. One row per question, one mark per chain; click one to open it.</source>
        <translation>%1, Schritt %2. Eine Zeile je Frage, eine Markierung je Lösungsweg; ein Klick auf eine Markierung öffnet den Lösungsweg.</translation>
    </message>
    <message>
        <source>Questions and their chains appear with the first step of verifiable RL.</source>
        <translation>Fragen und ihre Lösungswege erscheinen mit dem ersten Schritt des verifizierbaren RL.</translation>
    </message>
    <message>
        <source>The run goes on.</source>
        <translation>Der Lauf geht weiter.</translation>
    </message>
    <message>
        <source>Pause this run?</source>
        <translation>Diesen Lauf pausieren?</translation>
    </message>
    <message>
        <source>It pauses after the step under way and goes on when you resume it.</source>
        <translation>Er pausiert nach dem aktuellen Schritt und geht weiter, wenn Sie ihn fortsetzen.</translation>
    </message>
    <message>
        <source>Cancel this run?</source>
        <translation>Diesen Lauf abbrechen?</translation>
    </message>
    <message>
        <source>The step under way is dropped. What was saved before stays, and the run can be resumed.</source>
        <translation>Der aktuelle Schritt wird verworfen. Zuvor Gespeichertes bleibt erhalten, und der Lauf lässt sich fortsetzen.</translation>
    </message>
    <message>
        <source>Cancel the run</source>
        <translation>Lauf abbrechen</translation>
    </message>
    <message>
        <source>The run was cancelled.</source>
        <translation>Der Lauf wurde abgebrochen.</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>The curves of a run appear here while it trains.</source>
        <translation>Die Kurven eines Laufs erscheinen hier, während er trainiert.</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Checkpoint now</source>
        <translation>Checkpoint jetzt</translation>
    </message>
    <message>
        <source>Save a checkpoint after this step</source>
        <translation>Nach diesem Schritt einen Checkpoint speichern</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>Beenden und behalten</translation>
    </message>
    <message>
        <source>Stop after this step and keep what was learned</source>
        <translation>Nach diesem Schritt beenden und Gelerntes behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Every metric</source>
        <translation>Alle Metriken</translation>
    </message>
    <message>
        <source>Stage whose curves are shown</source>
        <translation>Phase, deren Kurven gezeigt werden</translation>
    </message>
    <message>
        <source>Another run, drawn dotted behind this one</source>
        <translation>Ein weiterer Lauf, gepunktet hinter diesem gezeichnet</translation>
    </message>
    <message>
        <source>Filter metrics</source>
        <translation>Metriken filtern</translation>
    </message>
    <message>
        <source>Show only metrics whose name matches this regular expression</source>
        <translation>Nur Metriken zeigen, deren Name zu diesem regulären Ausdruck passt</translation>
    </message>
    <message>
        <source>Newest step</source>
        <translation>Neuester Schritt</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Over steps</source>
        <translation>Über Schritte</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Über die Zeit</translation>
    </message>
    <message>
        <source>Over tokens</source>
        <translation>Über Tokens</translation>
    </message>
    <message>
        <source>What the curves are drawn over</source>
        <translation>Worüber die Kurven gezeichnet werden</translation>
    </message>
    <message>
        <source>Steps, seconds since the run began, or tokens that the model has written (in supervised stages: read).</source>
        <translation>Schritte, Sekunden seit Beginn des Laufs oder Tokens, die das Modell geschrieben (in überwachten Phasen: gelesen) hat.</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>veritune::app::MainWindow</name>
    <message>
        <source>Go to %1</source>
        <comment>palette entry; %1 is a page&apos;s name</comment>
        <translation>Zu „%1“ wechseln</translation>
    </message>
    <message>
        <source>Show or hide the help</source>
        <translation>Hilfe ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Use light colours</source>
        <translation>Helle Farben verwenden</translation>
    </message>
    <message>
        <source>Use dark colours</source>
        <translation>Dunkle Farben verwenden</translation>
    </message>
    <message>
        <source>Use high contrast</source>
        <translation>Hohen Kontrast verwenden</translation>
    </message>
    <message>
        <source>Open project %1</source>
        <translation>Projekt %1 öffnen</translation>
    </message>
    <message>
        <source>The engine stopped while a run was active</source>
        <translation>Der Rechenkern wurde während eines aktiven Laufs beendet</translation>
    </message>
    <message>
        <source>The engine has not answered for some seconds</source>
        <translation>Der Rechenkern antwortet seit einigen Sekunden nicht</translation>
    </message>
    <message>
        <source>It may be busy. If this stays, end it from the list of runs; the run can be resumed.</source>
        <translation>Vielleicht ist er ausgelastet. Bleibt es dabei, beenden Sie ihn in der Liste der Läufe; der Lauf lässt sich fortsetzen.</translation>
    </message>
    <message>
        <source>%1 - Veritune</source>
        <comment>window title; %1 is the project&apos;s name</comment>
        <translation>%1 – Veritune</translation>
    </message>
    <message>
        <source>Veritune</source>
        <translation>Veritune</translation>
    </message>
    <message>
        <source>Only files and folders of this computer can be dropped here</source>
        <translation>Hier lassen sich nur Dateien und Ordner dieses Computers ablegen</translation>
    </message>
    <message>
        <source>This page has no use for that file</source>
        <translation>Diese Seite kann mit dieser Datei nichts anfangen</translation>
    </message>
    <message>
        <source>Open the chain of run %1: %2, sample %3, step %4</source>
        <extracomment>%1 number of a run, %2 name of a task, %3 sample, %4 step</extracomment>
        <translation>Lösungsweg von Lauf %1 öffnen: %2, Versuch %3, Schritt %4</translation>
    </message>
    <message>
        <source>The project %1 cannot be opened</source>
        <extracomment>%1 is the name of a project&apos;s folder</extracomment>
        <translation>Das Projekt %1 lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>This project can only be read</source>
        <translation>Dieses Projekt kann nur gelesen werden</translation>
    </message>
    <message>
        <source>To train, copy its folder to a place where you may write and open the copy.</source>
        <translation>Kopieren Sie zum Trainieren seinen Ordner an einen Ort, an dem Sie schreiben dürfen, und öffnen Sie die Kopie.</translation>
    </message>
    <message>
        <source>The connection to the engine was lost while a run was active</source>
        <translation>Die Verbindung zum Rechenkern ist während eines Laufs abgerissen</translation>
    </message>
    <message>
        <source>Every completed step is stored. If the engine still works, this window finds it again within seconds.</source>
        <translation>Jeder abgeschlossene Schritt ist gespeichert. Arbeitet der Rechenkern noch, findet ihn dieses Fenster innerhalb von Sekunden wieder.</translation>
    </message>
    <message>
        <source>Open the run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Every completed step is stored, and the run can be resumed.</source>
        <translation>Jeder abgeschlossene Schritt ist gespeichert, und der Lauf lässt sich fortsetzen.</translation>
    </message>
</context>
<context>
    <name>veritune::app::ParamForm</name>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Absolute tolerance</source>
        <translation>Absolute Toleranz</translation>
    </message>
    <message>
        <source>Relative tolerance</source>
        <translation>Relative Toleranz</translation>
    </message>
    <message>
        <source>Decimal places</source>
        <translation>Nachkommastellen</translation>
    </message>
    <message>
        <source>Significant figures</source>
        <translation>Gültige Ziffern</translation>
    </message>
    <message>
        <source>Lowest value</source>
        <translation>Kleinster Wert</translation>
    </message>
    <message>
        <source>Highest value</source>
        <translation>Größter Wert</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>Dezimalzeichen</translation>
    </message>
    <message>
        <source>Decimals for fractions</source>
        <translation>Dezimalzahl statt Bruch</translation>
    </message>
    <message>
        <source>Percent sign may be missing</source>
        <translation>Prozentzeichen darf fehlen</translation>
    </message>
    <message>
        <source>Several options may be right</source>
        <translation>Mehrere können richtig sein</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Möglichkeiten</translation>
    </message>
    <message>
        <source>Capital letters count</source>
        <translation>Großschreibung zählt</translation>
    </message>
    <message>
        <source>Ignore punctuation</source>
        <translation>Satzzeichen zählen nicht</translation>
    </message>
    <message>
        <source>Capital letters do not count</source>
        <translation>Großschreibung zählt nicht</translation>
    </message>
    <message>
        <source>Processor seconds per test</source>
        <translation>Prozessorsekunden je Test</translation>
    </message>
    <message>
        <source>Memory in MiB</source>
        <translation>Speicher in MiB</translation>
    </message>
    <message>
        <source>Longest time in ms</source>
        <translation>Längste Zeit in ms</translation>
    </message>
    <message>
        <source>Credit for parts</source>
        <translation>Teile zählen</translation>
    </message>
    <message>
        <source>A unit must stand there</source>
        <translation>Eine Einheit muss dastehen</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Verifier of an element</source>
        <translation>Prüfer eines Elements</translation>
    </message>
    <message>
        <source>Repeated elements count</source>
        <translation>Wiederholungen zählen</translation>
    </message>
    <message>
        <source>The order counts</source>
        <translation>Reihenfolge zählt</translation>
    </message>
    <message>
        <source>Normal form</source>
        <translation>Normalform</translation>
    </message>
    <message>
        <source>Order of day and month</source>
        <translation>Reihenfolge von Tag und Monat</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Calendar of holidays</source>
        <translation>Feiertagskalender</translation>
    </message>
    <message>
        <source>More holidays</source>
        <translation>Weitere Feiertage</translation>
    </message>
    <message>
        <source>Stay in the month</source>
        <translation>Im Monat bleiben</translation>
    </message>
    <message>
        <source>Leave out the first day</source>
        <translation>Ersten Tag auslassen</translation>
    </message>
    <message>
        <source>Move off holidays</source>
        <translation>Feiertagen ausweichen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Counted in</source>
        <translation>Gezählt in</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>Inputs of the formula</source>
        <translation>Eingaben der Formel</translation>
    </message>
    <message>
        <source>Kind of number</source>
        <translation>Art der Nummer</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Must be quoted</source>
        <translation>Muss zitiert sein</translation>
    </message>
    <message>
        <source>Fewest quotations</source>
        <translation>Mindestens Zitate</translation>
    </message>
    <message>
        <source>Fewest words</source>
        <translation>Mindestens Wörter</translation>
    </message>
    <message>
        <source>Verifiers of the fields</source>
        <translation>Prüfer der Felder</translation>
    </message>
    <message>
        <source>JSON schema</source>
        <translation>JSON-Schema</translation>
    </message>
    <message>
        <source>An example that fits</source>
        <translation>Ein Beispiel, das passt</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>Teile</translation>
    </message>
    <message>
        <source>Elements</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Answer tag</source>
        <translation>Antwortmarke</translation>
    </message>
    <message>
        <source>Box around the answer</source>
        <translation>Rahmen um die Antwort</translation>
    </message>
    <message>
        <source>Forbidden texts</source>
        <translation>Verbotene Texte</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Most characters</source>
        <translation>Höchstens Zeichen</translation>
    </message>
    <message>
        <source>Fewest characters</source>
        <translation>Mindestens Zeichen</translation>
    </message>
    <message>
        <source>Most lines</source>
        <translation>Höchstens Zeilen</translation>
    </message>
    <message>
        <source>Script</source>
        <translation>Schrift</translation>
    </message>
    <message>
        <source>Reasoning tags</source>
        <translation>Marken für Überlegungen</translation>
    </message>
    <message>
        <source>Parameters, as JSON</source>
        <translation>Parameter, als JSON</translation>
    </message>
    <message>
        <source>Parameter “%1” of the verifier. Left empty, it is not set.</source>
        <extracomment>%1 the technical name of a parameter</extracomment>
        <translation>Parameter „%1“ des Prüfers. Leer gelassen, ist er nicht gesetzt.</translation>
    </message>
    <message>
        <source>%1 (needed)</source>
        <extracomment>a field that must be filled in; %1 its label</extracomment>
        <translation>%1 (nötig)</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>veritune::app::PhaseBar</name>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Seconds of the newest step. %1</source>
        <translation>Sekunden des neuesten Schritts. %1</translation>
    </message>
</context>
<context>
    <name>veritune::app::PrivacySection</name>
    <message>
        <source>The command is on the clipboard.</source>
        <translation>Der Befehl liegt in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Process</source>
        <extracomment>numbers of processes</extracomment>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Network block</source>
        <translation>Netzwerksperre</translation>
    </message>
    <message>
        <source>The kernel says</source>
        <translation>Der Kern sagt</translation>
    </message>
    <message>
        <source>Open sockets</source>
        <translation>Offene Sockets</translation>
    </message>
    <message>
        <source>No Veritune process can create a network socket. Local services reached through AF_UNIX (display, clipboard, printing, screen reader) are outside this promise.</source>
        <translation>Kein Veritune-Prozess kann einen Netzwerk-Socket öffnen. Lokale Dienste, die über AF_UNIX erreicht werden (Anzeige, Zwischenablage, Drucken, Bildschirmleser), liegen außerhalb dieser Zusage.</translation>
    </message>
    <message>
        <source>The kernel does not confirm the network block of every process. Start the program as it was installed, and ask your administrator if this stays.</source>
        <translation>Der Betriebssystemkern bestätigt die Netzwerksperre nicht für jeden Prozess. Starten Sie das Programm so, wie es installiert wurde, und fragen Sie Ihre Administration, wenn das so bleibt.</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>in force</source>
        <translation>in Kraft</translation>
    </message>
    <message>
        <source>not confirmed</source>
        <translation>nicht bestätigt</translation>
    </message>
    <message>
        <source>not readable from outside</source>
        <translation>von außen nicht lesbar</translation>
    </message>
    <message numerus="yes">
        <source>%n other than AF_UNIX</source>
        <translation>
            <numerusform>%n anderer als AF_UNIX</numerusform>
            <numerusform>%n andere als AF_UNIX</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>AF_UNIX only (%n)</source>
        <translation>
            <numerusform>nur AF_UNIX (%n)</numerusform>
            <numerusform>nur AF_UNIX (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ways out of this computer were tried, and the kernel refused every one.</source>
        <translation>
            <numerusform>%n Weg aus diesem Computer wurde versucht, und der Kern hat ihn verweigert.</numerusform>
            <numerusform>%n Wege aus diesem Computer wurden versucht, und der Kern hat jeden verweigert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not refused: %1.</source>
        <extracomment>%1 is a list of programs, each with the kind of socket that was not refused</extracomment>
        <translation>Nicht verweigert: %1.</translation>
    </message>
    <message>
        <source>No process can create a network socket: 16 ways out are tried and refused.</source>
        <translation>Kein Prozess kann eine Netzverbindung anlegen: 16 Wege hinaus werden versucht und verweigert.</translation>
    </message>
    <message>
        <source>That holds for every process of a whole session, from the demonstration to the export.</source>
        <translation>Das gilt für jeden Prozess einer ganzen Sitzung, von der Vorführung bis zur Ausgabe.</translation>
    </message>
    <message>
        <source>A program that a model wrote runs only in a jail that was tried from inside, or not at all.</source>
        <translation>Ein Programm, das ein Modell geschrieben hat, läuft nur in einem Käfig, der von innen geprüft wurde, oder gar nicht.</translation>
    </message>
    <message>
        <source>The project belongs to your account alone (700).</source>
        <translation>Das Projekt gehört allein Ihrem Konto (700).</translation>
    </message>
    <message>
        <source>Other programs of your account cannot look into the memory (permission denied).</source>
        <translation>Andere Programme Ihres Kontos können nicht in den Speicher sehen (Zugriff verweigert).</translation>
    </message>
    <message>
        <source>Copy %1</source>
        <extracomment>%1 is a command line</extracomment>
        <translation>%1 kopieren</translation>
    </message>
    <message>
        <source>Project (%1): data sets, chains with their verdicts, metrics, checkpoints. Until you delete it.</source>
        <extracomment>%1 is a folder</extracomment>
        <translation>Projekt (%1): Datensätze, Lösungswege mit ihren Urteilen, Messwerte, Zwischenstände. Bis Sie es löschen.</translation>
    </message>
    <message>
        <source>Settings (%1): how the window looks, recent projects. Until you delete it.</source>
        <extracomment>%1 is a file</extracomment>
        <translation>Einstellungen (%1): Aussehen des Fensters, zuletzt geöffnete Projekte. Bis Sie sie löschen.</translation>
    </message>
    <message>
        <source>Log of the engine, in the session&apos;s own folder: numbers and durations, no texts. Until you log out.</source>
        <translation>Protokoll des Rechenkerns, im Ordner der Sitzung: Zahlen und Zeiten, keine Texte. Bis Sie sich abmelden.</translation>
    </message>
    <message>
        <source>Content is not encrypted on the disk; use disk encryption.</source>
        <translation>Inhalte sind auf der Festplatte nicht verschlüsselt; verwenden Sie eine Festplattenverschlüsselung.</translation>
    </message>
    <message>
        <source>What the kernel says</source>
        <translation>Was der Betriebssystemkern sagt</translation>
    </message>
    <message>
        <source>Not a promise of ours: these lines are read from /proc, where anybody can look.</source>
        <translation>Keine Zusage von uns: Diese Zeilen stehen in /proc, wo jeder nachsehen kann.</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Neu lesen</translation>
    </message>
    <message>
        <source>Air-gap self-test</source>
        <translation>Selbsttest ohne Netz</translation>
    </message>
    <message>
        <source>Each program tries to open network sockets of every kind. All of them must be refused.</source>
        <translation>Jedes Programm versucht, Netzverbindungen jeder Art zu öffnen. Alle müssen verweigert werden.</translation>
    </message>
    <message>
        <source>Try to reach the network</source>
        <translation>Das Netzwerk zu erreichen versuchen</translation>
    </message>
    <message>
        <source>What is promised, and the proof</source>
        <translation>Was versprochen wird, und der Beweis</translation>
    </message>
    <message>
        <source>Each command can be typed in a terminal; the handbook&apos;s page on privacy says what it must print.</source>
        <translation>Jeder Befehl lässt sich in einem Terminal eingeben; die Seite über Vertraulichkeit im Handbuch sagt, was er ausgeben muss.</translation>
    </message>
    <message>
        <source>What is written where</source>
        <translation>Was wo gespeichert wird</translation>
    </message>
    <message>
        <source>What is not promised</source>
        <translation>Was nicht versprochen wird</translation>
    </message>
    <message>
        <source>Whoever has the disk reads everything that disk encryption does not stop.</source>
        <translation>Wer den Datenträger hat, liest alles, was dessen Verschlüsselung nicht verhindert.</translation>
    </message>
    <message>
        <source>The administrator of this computer sees everything; so do other programs of your account in your files.</source>
        <translation>Der Administrator dieses Rechners sieht alles; ebenso sehen andere Programme Ihres Kontos in Ihre Dateien.</translation>
    </message>
    <message>
        <source>A project on a file server is on a network, because it was put there.</source>
        <translation>Ein Projekt auf einem Dateiserver liegt in einem Netz, weil es dorthin gelegt wurde.</translation>
    </message>
    <message>
        <source>A trained adapter can remember words of the training data. Who gets it may get them out.</source>
        <translation>Ein trainierter Adapter kann sich Wörter der Trainingsdaten merken. Wer ihn bekommt, kann sie womöglich herausholen.</translation>
    </message>
    <message>
        <source>A hole in the Linux kernel can undo the block. Keep the system up to date.</source>
        <translation>Eine Lücke im Linux-Kern kann die Sperre aufheben. Halten Sie das System aktuell.</translation>
    </message>
</context>
<context>
    <name>veritune::app::ProjectSession</name>
    <message>
        <source>This project cannot be written by you, so it is shown for reading only.</source>
        <translation>Sie haben keine Schreibrechte für dieses Projekt; es wird daher nur zum Lesen angezeigt.</translation>
    </message>
</context>
<context>
    <name>veritune::app::RecipeDiff</name>
    <message>
        <source>Demonstrations</source>
        <translation>Vorführungen</translation>
    </message>
    <message>
        <source>Training problems</source>
        <translation>Trainingsaufgaben</translation>
    </message>
    <message>
        <source>Held-out problems</source>
        <translation>Zurückgehaltene Aufgaben</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>%1, evaluation</source>
        <extracomment>%1 is the name of a training stage</extracomment>
        <translation>%1, Auswertung</translation>
    </message>
</context>
<context>
    <name>veritune::app::RecipeModel</name>
    <message>
        <source>This must be one of the listed choices.</source>
        <translation>Bitte wählen Sie einen der aufgeführten Werte.</translation>
    </message>
    <message>
        <source>This must be a number.</source>
        <translation>Bitte geben Sie eine Zahl ein.</translation>
    </message>
    <message>
        <source>This must be a whole number.</source>
        <translation>Bitte geben Sie eine ganze Zahl ein.</translation>
    </message>
    <message>
        <source>This must be 0 or more.</source>
        <translation>Der Wert muss 0 oder größer sein.</translation>
    </message>
    <message>
        <source>The value must be %1.</source>
        <extracomment>%1 is a range such as &quot;0 to 1&quot;</extracomment>
        <translation>Zulässig ist ein Wert von %1.</translation>
    </message>
    <message>
        <source>No stage is switched on, so there is nothing to do.</source>
        <translation>Es ist keine Phase eingeschaltet, daher gibt es nichts zu tun.</translation>
    </message>
    <message>
        <source>Switch on at least one stage.</source>
        <translation>Schalten Sie mindestens eine Phase ein.</translation>
    </message>
    <message>
        <source>No model is chosen.</source>
        <translation>Es ist kein Modell gewählt.</translation>
    </message>
    <message>
        <source>Choose the folder that holds the model.</source>
        <translation>Wählen Sie den Ordner, in dem das Modell liegt.</translation>
    </message>
    <message>
        <source>There are no demonstrations to learn from.</source>
        <translation>Es gibt keine Vorführungen, aus denen gelernt werden kann.</translation>
    </message>
    <message>
        <source>Choose a data set with worked solutions, or switch the cold start off.</source>
        <translation>Wählen Sie einen Datensatz mit ausgearbeiteten Lösungen, oder schalten Sie den Kaltstart aus.</translation>
    </message>
    <message>
        <source>There are no training problems.</source>
        <translation>Es gibt keine Trainingsaufgaben.</translation>
    </message>
    <message>
        <source>Choose a data set whose rows have an expected answer.</source>
        <translation>Wählen Sie einen Datensatz, dessen Zeilen eine erwartete Antwort haben.</translation>
    </message>
    <message>
        <source>There are no held-out problems to measure with.</source>
        <translation>Es gibt keine zurückgehaltenen Aufgaben zum Messen.</translation>
    </message>
    <message>
        <source>Keep part of your data out of training.</source>
        <translation>Behalten Sie einen Teil Ihrer Daten vom Training zurück.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>%1 is the name of a field, %2 a sentence</extracomment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>veritune::app::RecordCard</name>
    <message>
        <source>The same question as %1.</source>
        <extracomment>%1 id of another row</extracomment>
        <translation>Dieselbe Frage wie %1.</translation>
    </message>
    <message>
        <source>Nearly the same question as %1 (%2).</source>
        <extracomment>%1 id of another row, %2 how much they share, 0 to 1</extracomment>
        <translation>Fast dieselbe Frage wie %1 (%2).</translation>
    </message>
    <message>
        <source>Shares words with %1 of an evaluation set.</source>
        <extracomment>%1 id of a row of an evaluation set</extracomment>
        <translation>Hat Wörter mit %1 einer Auswertungsmenge gemeinsam.</translation>
    </message>
    <message>
        <source>The verifier does not accept the reference answer.</source>
        <translation>Der Prüfer nimmt die Referenzantwort nicht an.</translation>
    </message>
    <message>
        <source>The reference answer may be wrong: the model agrees on another one.</source>
        <translation>Die Referenzantwort könnte falsch sein: Das Modell ist sich in einer anderen einig.</translation>
    </message>
    <message>
        <source>May tell who a person is.</source>
        <translation>Könnte eine Person verraten.</translation>
    </message>
    <message>
        <source>Flagged by a person.</source>
        <translation>Von einer Person markiert.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>No verifier: a demonstration only</source>
        <translation>Kein Prüfer: nur ein Beispiel</translation>
    </message>
    <message>
        <source>level %1</source>
        <translation>Stufe %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <extracomment>a line of the imported file</extracomment>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>A tag has no spaces and at most 64 characters; tags are divided by commas.</source>
        <translation>Ein Schlagwort hat keine Leerzeichen und höchstens 64 Zeichen; Schlagwörter werden durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>Roh</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Question and answers to read</source>
        <translation>Frage und Antworten zum Lesen</translation>
    </message>
    <message>
        <source>The row as it is stored</source>
        <translation>Die Zeile, wie sie gespeichert ist</translation>
    </message>
    <message>
        <source>Change this row</source>
        <translation>Diese Zeile ändern</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Worked solution</source>
        <translation>Lösungsweg</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <source>Level, 0 = unknown</source>
        <translation>Stufe, 0 = unbekannt</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
    <message>
        <source>Tags, divided by commas</source>
        <translation>Schlagwörter, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>none: a demonstration only</source>
        <translation>keiner: nur ein Beispiel</translation>
    </message>
    <message>
        <source>Save the row</source>
        <translation>Zeile speichern</translation>
    </message>
    <message>
        <source>Save the changes; Ctrl+Z takes them back.</source>
        <translation>Die Änderungen speichern; Strg+Z nimmt sie zurück.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
</context>
<context>
    <name>veritune::app::RunsModel</name>
    <message>
        <source>%1 s</source>
        <extracomment>a duration in seconds</extracomment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <extracomment>a duration in minutes and seconds</extracomment>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <extracomment>a duration in hours and minutes</extracomment>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 (%2 – %3)</source>
        <extracomment>a result with the lower and upper end of its 95 % interval</extracomment>
        <translation>%1 (%2 – %3)</translation>
    </message>
    <message>
        <source>Share of sampled answers that are right on held-out problems, with its 95 % interval; the best of the run, in stage %1 after step %2.</source>
        <extracomment>%1 is the name of a stage, %2 a step</extracomment>
        <translation>Anteil der richtigen Antworten auf zurückgehaltene Aufgaben mit 95-%-Intervall; das Beste des Laufs, in Phase %1 nach Schritt %2.</translation>
    </message>
    <message numerus="yes">
        <source>Measured on %n answers.</source>
        <translation>
            <numerusform>An %n Antwort gemessen.</numerusform>
            <numerusform>An %n Antworten gemessen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n held-out results</source>
        <translation>
            <numerusform>%n Messung auf zurückgehaltenen Fragen</numerusform>
            <numerusform>%n Messungen auf zurückgehaltenen Fragen</numerusform>
        </translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>No.</source>
        <extracomment>column: number of a run</extracomment>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>Algorithmus</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Best held-out</source>
        <extracomment>column: best result on held-out problems</extracomment>
        <translation>Beste Trefferquote</translation>
    </message>
    <message>
        <source>Held-out over time</source>
        <extracomment>column: a small curve of the held-out results</extracomment>
        <translation>Trefferquote im Verlauf</translation>
    </message>
</context>
<context>
    <name>veritune::app::RunsPage</name>
    <message>
        <source>Runs</source>
        <comment>name of a page</comment>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Every run of this project with its best result on held-out problems. Choose one to open its curves and chains, or several to compare them.</source>
        <translation>Jeder Lauf dieses Projekts mit seinem besten Ergebnis auf zurückgehaltenen Aufgaben. Wählen Sie einen, um seine Kurven und Lösungswege zu öffnen, oder mehrere, um sie zu vergleichen.</translation>
    </message>
    <message>
        <source>Open run %1: %2</source>
        <extracomment>palette entry; %1 number, %2 name of a run</extracomment>
        <translation>Lauf %1 öffnen: %2</translation>
    </message>
    <message>
        <source>The run goes on.</source>
        <translation>Der Lauf geht weiter.</translation>
    </message>
    <message numerus="yes">
        <source>%n rows are copied.</source>
        <translation>
            <numerusform>%n Zeile ist kopiert.</numerusform>
            <numerusform>%n Zeilen sind kopiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs in this project</source>
        <translation>
            <numerusform>%n Lauf in diesem Projekt</numerusform>
            <numerusform>%n Läufe in diesem Projekt</numerusform>
        </translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Es ist kein Projekt geöffnet</translation>
    </message>
    <message>
        <source>A run trains a model, and everything that it learned and answered is kept here.</source>
        <translation>Ein Lauf trainiert ein Modell; alles, was es gelernt und geantwortet hat, wird hier aufbewahrt.</translation>
    </message>
    <message>
        <source>Runs are kept in a project.</source>
        <translation>Läufe gehören zu einem Projekt.</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Go to the start page</source>
        <translation>Zur Startseite</translation>
    </message>
    <message>
        <source>Find runs</source>
        <translation>Läufe suchen</translation>
    </message>
    <message>
        <source>Find runs by name, state or algorithm</source>
        <translation>Läufe nach Name, Zustand oder Algorithmus suchen</translation>
    </message>
    <message>
        <source>Runs of this project</source>
        <translation>Läufe dieses Projekts</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Open the curves of the chosen run (Enter).</source>
        <translation>Die Kurven des gewählten Laufs öffnen (Eingabetaste).</translation>
    </message>
    <message>
        <source>Chains</source>
        <translation>Lösungswege</translation>
    </message>
    <message>
        <source>Open the reasoning chains of the chosen run.</source>
        <translation>Die Lösungswege des gewählten Laufs öffnen.</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare the chosen runs, two to six of them.</source>
        <translation>Die gewählten Läufe vergleichen, zwei bis sechs.</translation>
    </message>
    <message>
        <source>Use as template</source>
        <translation>Als Vorlage</translation>
    </message>
    <message>
        <source>Set up a new run with the settings of the chosen one.</source>
        <translation>Einen neuen Lauf mit den Einstellungen des gewählten einrichten.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint of the chosen run.</source>
        <translation>Ab dem letzten Checkpoint des gewählten Laufs weitermachen.</translation>
    </message>
    <message>
        <source>Choose the columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>Copy the chosen rows, or all, as a table</source>
        <translation>Die gewählten Zeilen oder alle als Tabelle kopieren</translation>
    </message>
    <message>
        <source>No run fits these words.</source>
        <translation>Kein Lauf passt zu diesen Wörtern.</translation>
    </message>
</context>
<context>
    <name>veritune::app::SelfCheck</name>
    <message>
        <source>The self-check could not run: the program &quot;veritune&quot; is not beside this one.</source>
        <translation>Die Selbstprüfung konnte nicht laufen: Das Programm „veritune“ liegt nicht neben diesem.</translation>
    </message>
    <message>
        <source>The engine is installed and works.</source>
        <translation>Der Rechenkern ist installiert und arbeitet.</translation>
    </message>
    <message>
        <source>The network is shut off for every Veritune program.</source>
        <translation>Das Netzwerk ist für jedes Programm von Veritune gesperrt.</translation>
    </message>
    <message>
        <source>The sandbox for untrusted programs is available.</source>
        <translation>Die Sandbox für nicht vertrauenswürdige Programme ist verfügbar.</translation>
    </message>
    <message>
        <source>There is no NVIDIA graphics card. The demonstration needs none; a 7B model needs one with 16 GB or more.</source>
        <translation>Es gibt keine Grafikkarte von NVIDIA. Die Vorführung braucht keine; ein 7B-Modell braucht eine mit mindestens 16 GB.</translation>
    </message>
    <message>
        <source>%1 are free on the disk.</source>
        <extracomment>%1 is a size such as 69.8 GB</extracomment>
        <translation>%1 sind auf dem Datenträger frei.</translation>
    </message>
    <message>
        <source>%1 of %2 memory are free.</source>
        <extracomment>%1 and %2 are sizes such as 24.3 GB</extracomment>
        <translation>%1 von %2 Arbeitsspeicher sind frei.</translation>
    </message>
</context>
<context>
    <name>veritune::app::SettingsPage</name>
    <message>
        <source>Settings: %1</source>
        <extracomment>palette entry; %1 is a section such as &quot;Privacy&quot;</extracomment>
        <translation>Einstellungen: %1</translation>
    </message>
    <message>
        <source>Settings</source>
        <comment>name of a page</comment>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>How the window looks and speaks, what it remembers, and what the kernel says about its privacy. Every change acts at once.</source>
        <translation>Wie das Fenster aussieht und spricht, was es sich merkt und was der Betriebssystemkern über seine Vertraulichkeit sagt. Jede Änderung wirkt sofort.</translation>
    </message>
    <message>
        <source>The list of recent projects is empty.</source>
        <translation>Die Liste der letzten Projekte ist leer.</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Find an action, a run or a project</source>
        <translation>Eine Aktion, einen Lauf oder ein Projekt finden</translation>
    </message>
    <message>
        <source>Go to a page of the rail</source>
        <translation>Zu einer Seite der Leiste gehen</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Back to the page before</source>
        <translation>Zurück zur vorigen Seite</translation>
    </message>
    <message>
        <source>Show or hide the help</source>
        <translation>Hilfe zeigen oder ausblenden</translation>
    </message>
    <message>
        <source>Make the rail narrow or wide</source>
        <translation>Leiste schmal oder breit machen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Close the window; runs go on</source>
        <translation>Fenster schließen; Läufe gehen weiter</translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Start the run</source>
        <translation>Lauf starten</translation>
    </message>
    <message>
        <source>Live run</source>
        <translation>Laufender Lauf</translation>
    </message>
    <message>
        <source>Save a checkpoint now</source>
        <translation>Jetzt einen Checkpoint speichern</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Find runs</source>
        <translation>Läufe suchen</translation>
    </message>
    <message>
        <source>Open the curves of the chosen run</source>
        <translation>Die Kurven des gewählten Laufs öffnen</translation>
    </message>
    <message>
        <source>Copy the chosen rows as a table</source>
        <translation>Die gewählten Zeilen als Tabelle kopieren</translation>
    </message>
    <message>
        <source>Chains</source>
        <translation>Lösungswege</translation>
    </message>
    <message>
        <source>Next or previous chain; with Shift: step</source>
        <translation>Nächster oder voriger Lösungsweg; mit Umschalttaste: Schritt</translation>
    </message>
    <message>
        <source>First chain; with Shift: the last</source>
        <translation>Erster Lösungsweg; mit Umschalttaste: der letzte</translation>
    </message>
    <message>
        <source>Scroll the text</source>
        <translation>Den Text rollen</translation>
    </message>
    <message>
        <source>Show as text, tokens or bytes</source>
        <translation>Als Text, Tokens oder Bytes zeigen</translation>
    </message>
    <message>
        <source>Find in the text; F3 goes on</source>
        <translation>Im Text suchen; F3 sucht weiter</translation>
    </message>
    <message>
        <source>Mark the chain for comparing</source>
        <translation>Den Lösungsweg zum Vergleichen merken</translation>
    </message>
    <message>
        <source>Appearance and language</source>
        <translation>Aussehen und Sprache</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Vertraulichkeit</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>About and licences</source>
        <translation>Über Veritune und Lizenzen</translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Follows the setting of your desktop, also at night.</source>
        <translation>Folgt der Einstellung Ihres Desktops, auch nachts.</translation>
    </message>
    <message>
        <source>Dark text on light surfaces.</source>
        <translation>Dunkler Text auf hellen Flächen.</translation>
    </message>
    <message>
        <source>Light text on dark surfaces.</source>
        <translation>Heller Text auf dunklen Flächen.</translation>
    </message>
    <message>
        <source>Strongest difference between text and surface.</source>
        <translation>Größter Unterschied zwischen Text und Fläche.</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Text and motion</source>
        <translation>Text und Bewegung</translation>
    </message>
    <message>
        <source>Size of the text</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>%1 %</source>
        <extracomment>a size in per cent</extracomment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>No animations</source>
        <translation>Keine Animationen</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Files, run.json and the command line stay in English, so that they can be exchanged.</source>
        <translation>Dateien, run.json und die Befehlszeile bleiben englisch, damit sie ausgetauscht werden können.</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>Sprache des Fensters</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>Was gemerkt wird</translation>
    </message>
    <message>
        <source>Remember recent projects</source>
        <translation>Letzte Projekte merken</translation>
    </message>
    <message>
        <source>Forget recent projects</source>
        <translation>Letzte Projekte vergessen</translation>
    </message>
    <message>
        <source>Empties the list; the projects stay on the disk.</source>
        <translation>Leert die Liste; die Projekte bleiben auf der Festplatte.</translation>
    </message>
    <message>
        <source>Settings: %1
Projects: %2</source>
        <extracomment>%1 and %2 are folders or files</extracomment>
        <translation>Einstellungen: %1
Projekte: %2</translation>
    </message>
    <message>
        <source>Limits of use</source>
        <translation>Grenzen der Verwendung</translation>
    </message>
    <message>
        <source>Single letters act only when no text field has the keyboard.</source>
        <translation>Einzelne Buchstaben wirken nur, wenn kein Textfeld die Tastatur hat.</translation>
    </message>
    <message>
        <source>Veritune</source>
        <translation>Veritune</translation>
    </message>
    <message>
        <source>Fine-tunes reasoning models on your own computer, with rewards from deterministic verifiers only.</source>
        <translation>Trainiert Sprachmodelle auf Ihrem eigenen Computer nach, mit Rewards nur aus deterministischen Prüfern.</translation>
    </message>
    <message>
        <source>Version %1 (%2)</source>
        <extracomment>%1 version, %2 commit</extracomment>
        <translation>Version %1 (%2)</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>The window is GPL-3.0-or-later; engine, command line and everything else are Apache-2.0. It is built with:</source>
        <translation>Das Fenster steht unter GPL-3.0-or-later; Rechenkern, Befehlszeile und alles andere unter Apache-2.0. Es ist gebaut mit:</translation>
    </message>
    <message>
        <source>Licence whose text is shown</source>
        <translation>Lizenz, deren Text gezeigt wird</translation>
    </message>
    <message>
        <source>Text of the licence</source>
        <translation>Text der Lizenz</translation>
    </message>
    <message>
        <source>Every change acts at once</source>
        <translation>Jede Änderung wirkt sofort</translation>
    </message>
    <message>
        <source>Sections of the settings</source>
        <translation>Abschnitte der Einstellungen</translation>
    </message>
</context>
<context>
    <name>veritune::app::SetupModel</name>
    <message>
        <source>%1: answers of up to %2 tokens do not fit the %3 tokens that the model knows.</source>
        <extracomment>%1 stage, %2 and %3 numbers of tokens</extracomment>
        <translation>%1: Antworten bis %2 Tokens passen nicht in die %3 Tokens, die das Modell kennt.</translation>
    </message>
    <message>
        <source>Set the longest answer to %1 tokens.</source>
        <extracomment>%1 is a number of tokens</extracomment>
        <translation>Die längste Antwort auf %1 Tokens setzen.</translation>
    </message>
    <message>
        <source>This project can only be read.</source>
        <translation>Dieses Projekt kann nur gelesen werden.</translation>
    </message>
    <message>
        <source>Another run is active in this project.</source>
        <translation>In diesem Projekt arbeitet ein anderer Lauf.</translation>
    </message>
    <message>
        <source>Wait until it has ended, or stop it on the page of the live run.</source>
        <translation>Warten Sie, bis er zu Ende ist, oder halten Sie ihn auf der Seite des laufenden Laufs an.</translation>
    </message>
    <message>
        <source>The model folder is being checked.</source>
        <translation>Der Modellordner wird geprüft.</translation>
    </message>
    <message>
        <source>The model folder cannot be used.</source>
        <translation>Der Modellordner ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>The data file is being read.</source>
        <translation>Die Datendatei wird gelesen.</translation>
    </message>
    <message>
        <source>The data file cannot be used.</source>
        <translation>Die Datendatei ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>The project has no name.</source>
        <translation>Das Projekt hat keinen Namen.</translation>
    </message>
    <message>
        <source>Give it a name; a folder for it is proposed.</source>
        <translation>Geben Sie ihm einen Namen; ein Ordner dafür wird vorgeschlagen.</translation>
    </message>
</context>
<context>
    <name>veritune::app::SetupPage</name>
    <message>
        <source>Set up a run</source>
        <comment>name of a page</comment>
        <translation>Lauf einrichten</translation>
    </message>
    <message>
        <source>Say what to learn from and how long, then start. Simple asks the few questions that matter; Expert shows every setting of the same run. Anything that is missing is named at the bottom of the page.</source>
        <translation>Sagen Sie, woraus und wie lange gelernt werden soll, und starten Sie. „Einfach“ stellt die wenigen Fragen, auf die es ankommt; „Experte“ zeigt jede Einstellung desselben Laufs. Was fehlt, steht unten auf der Seite.</translation>
    </message>
    <message>
        <source>The run has started.</source>
        <translation>Der Lauf hat begonnen.</translation>
    </message>
    <message>
        <source>Set up a run with my own data</source>
        <translation>Einen Lauf mit eigenen Daten einrichten</translation>
    </message>
    <message>
        <source>Set up the demonstration</source>
        <translation>Die Vorführung einrichten</translation>
    </message>
    <message>
        <source>Copy the run that is set up as a command line</source>
        <translation>Den eingerichteten Lauf als Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>run %1</source>
        <extracomment>the name of a run that serves as a template</extracomment>
        <translation>Lauf %1</translation>
    </message>
    <message>
        <source>Open a run file</source>
        <translation>Laufdatei öffnen</translation>
    </message>
    <message>
        <source>Run files (*.json);;All files (*)</source>
        <translation>Laufdateien (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 is open.</source>
        <extracomment>%1 is the name of a file</extracomment>
        <translation>%1 ist geöffnet.</translation>
    </message>
    <message>
        <source>Save the run file</source>
        <translation>Laufdatei speichern</translation>
    </message>
    <message>
        <source>%1 is saved.</source>
        <translation>%1 ist gespeichert.</translation>
    </message>
    <message>
        <source>Copied as a command line</source>
        <translation>Als Befehlszeile kopiert</translation>
    </message>
    <message>
        <source>Pasted into a terminal it writes run.json and starts the same run.</source>
        <translation>In ein Terminal eingefügt, schreibt sie run.json und startet denselben Lauf.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>The engine is being started; that takes seconds.</source>
        <translation>Der Rechenkern wird gestartet; das dauert einige Sekunden.</translation>
    </message>
    <message numerus="yes">
        <source>(%n more to do)</source>
        <translation>
            <numerusform>(noch %n Punkt offen)</numerusform>
            <numerusform>(noch %n Punkte offen)</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready. The run is stored in the project %1.</source>
        <extracomment>%1 is the name of a project</extracomment>
        <translation>Bereit. Der Lauf wird im Projekt %1 gespeichert.</translation>
    </message>
    <message>
        <source>Ready. A new project is made for the run.</source>
        <translation>Bereit. Für den Lauf wird ein neues Projekt angelegt.</translation>
    </message>
    <message>
        <source>As in %1</source>
        <extracomment>%1 is the name of a preset or file</extracomment>
        <translation>Wie in %1</translation>
    </message>
    <message numerus="yes">
        <source>%n settings differ from %1</source>
        <translation>
            <numerusform>%n Einstellung weicht von %1 ab</numerusform>
            <numerusform>%n Einstellungen weichen von %1 ab</numerusform>
        </translation>
    </message>
    <message>
        <source>Simple</source>
        <extracomment>the two modes of the page: few questions, or every setting</extracomment>
        <translation>Einfach</translation>
    </message>
    <message>
        <source>Simple: the few questions that matter</source>
        <translation>Einfach: die wenigen Fragen, auf die es ankommt</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>Experte</translation>
    </message>
    <message>
        <source>Expert: every setting</source>
        <translation>Experte: jede Einstellung</translation>
    </message>
    <message>
        <source>Open, save or copy the recipe</source>
        <translation>Das Rezept öffnen, speichern oder kopieren</translation>
    </message>
    <message>
        <source>Open a run file…</source>
        <translation>Laufdatei öffnen …</translation>
    </message>
    <message>
        <source>Save as a run file…</source>
        <translation>Als Laufdatei speichern …</translation>
    </message>
    <message>
        <source>Copy as a command line</source>
        <translation>Als Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>Show me</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show what is missing</source>
        <translation>Zeigen, was fehlt</translation>
    </message>
</context>
<context>
    <name>veritune::app::SimpleSetup</name>
    <message>
        <source>%1 billion parameters</source>
        <extracomment>a number of model parameters in billions, such as &quot;7.6 billion parameters&quot;</extracomment>
        <translation>%1 Milliarden Parameter</translation>
    </message>
    <message>
        <source>%1 million parameters</source>
        <extracomment>a number of model parameters in millions, such as &quot;308.8 million parameters&quot;</extracomment>
        <translation>%1 Millionen Parameter</translation>
    </message>
    <message numerus="yes">
        <source>%n parameters</source>
        <translation>
            <numerusform>%n Parameter</numerusform>
            <numerusform>%n Parameter</numerusform>
        </translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <extracomment>%1 is a line number, %2 what is wrong with the line</extracomment>
        <translation>Zeile %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more lines</source>
        <translation>
            <numerusform>… und %n weitere Zeile</numerusform>
            <numerusform>… und %n weitere Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to keep the project</source>
        <translation>Wo das Projekt liegen soll</translation>
    </message>
    <message>
        <source>Choose the folder of a model</source>
        <translation>Ordner eines Modells wählen</translation>
    </message>
    <message>
        <source>Choose a file with questions and answers</source>
        <translation>Datei mit Fragen und Antworten wählen</translation>
    </message>
    <message>
        <source>Questions and answers (*.jsonl *.ndjson *.json);;All files (*)</source>
        <translation>Fragen und Antworten (*.jsonl *.ndjson *.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Train on my own questions</source>
        <translation>Mit meinen eigenen Fragen trainieren</translation>
    </message>
    <message>
        <source>A model of yours learns to answer questions whose answers can be checked.</source>
        <translation>Ein Modell von Ihnen lernt, Fragen zu beantworten, deren Antworten sich prüfen lassen.</translation>
    </message>
    <message>
        <source>See the demonstration</source>
        <translation>Die Vorführung ansehen</translation>
    </message>
    <message>
        <source>A tiny model learns clock arithmetic while you watch. It shows the method, not the quality.</source>
        <translation>Ein winziges Modell lernt vor Ihren Augen Rechnen wie auf der Uhr. Das zeigt die Methode, nicht die Qualität.</translation>
    </message>
    <message>
        <source>How much of it?</source>
        <translation>Wie viel davon?</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Kurz</translation>
    </message>
    <message>
        <source>Fewer steps and no controls: about a minute.</source>
        <translation>Weniger Schritte und keine Kontrollen: etwa eine Minute.</translation>
    </message>
    <message>
        <source>With all controls</source>
        <translation>Mit allen Kontrollen</translation>
    </message>
    <message>
        <source>Also trains with random and shuffled verdicts, to prove that the gain comes from the verifier.</source>
        <translation>Trainiert auch mit zufälligen und vertauschten Urteilen, um zu beweisen, dass der Gewinn vom Prüfer kommt.</translation>
    </message>
    <message>
        <source>Which model?</source>
        <translation>Welches Modell?</translation>
    </message>
    <message>
        <source>A folder in Hugging Face layout. It is opened where it lies and never changed. You can also drop it on this page.</source>
        <translation>Ein Ordner im Aufbau von Hugging Face. Er wird dort geöffnet, wo er liegt, und nie verändert. Sie können ihn auch auf diese Seite ziehen.</translation>
    </message>
    <message>
        <source>Folder with config.json and *.safetensors</source>
        <translation>Ordner mit config.json und *.safetensors</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Choose the model folder</source>
        <translation>Den Modellordner wählen</translation>
    </message>
    <message>
        <source>Which questions and answers?</source>
        <translation>Welche Fragen und Antworten?</translation>
    </message>
    <message>
        <source>A JSONL file: one question with its expected answer per line. Nothing leaves this computer. You can also drop it on this page.</source>
        <translation>Eine JSONL-Datei: eine Frage mit ihrer erwarteten Antwort je Zeile. Nichts verlässt diesen Computer. Sie können sie auch auf diese Seite ziehen.</translation>
    </message>
    <message>
        <source>Data set of this project:</source>
        <translation>Datensatz dieses Projekts:</translation>
    </message>
    <message>
        <source>Data set of this project</source>
        <translation>Datensatz dieses Projekts</translation>
    </message>
    <message>
        <source>File such as questions.jsonl</source>
        <translation>Datei wie fragen.jsonl</translation>
    </message>
    <message>
        <source>Data file</source>
        <translation>Datendatei</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Choose the data file</source>
        <translation>Die Datendatei wählen</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Expected answer</source>
        <translation>Erwartete Antwort</translation>
    </message>
    <message>
        <source>Answers are checked by</source>
        <translation>Antworten werden geprüft von</translation>
    </message>
    <message>
        <source>Verifier of the answers</source>
        <translation>Prüfer der Antworten</translation>
    </message>
    <message>
        <source>The rule that decides whether an answer is right. Only deterministic rules give rewards.</source>
        <translation>Die Regel, die entscheidet, ob eine Antwort richtig ist. Nur deterministische Regeln geben Rewards.</translation>
    </message>
    <message>
        <source>Kept out of training, to measure with</source>
        <translation>Vom Training zurückgehalten, zum Messen</translation>
    </message>
    <message>
        <source>Share of questions kept out of training</source>
        <translation>Anteil der zurückgehaltenen Fragen</translation>
    </message>
    <message>
        <source>The model never sees these questions while it learns, so its results on them are honest.</source>
        <translation>Das Modell sieht diese Fragen beim Lernen nie, daher sind seine Ergebnisse darauf ehrlich.</translation>
    </message>
    <message>
        <source> %</source>
        <extracomment>suffix of a number: per cent</extracomment>
        <translation> %</translation>
    </message>
    <message>
        <source>Lines that cannot be used</source>
        <translation>Zeilen, die nicht verwendbar sind</translation>
    </message>
    <message>
        <source>How long?</source>
        <translation>Wie lange?</translation>
    </message>
    <message>
        <source>To see whether it works at all.</source>
        <translation>Um zu sehen, ob es überhaupt geht.</translation>
    </message>
    <message>
        <source>The usual choice.</source>
        <translation>Die übliche Wahl.</translation>
    </message>
    <message>
        <source>When the curve was still rising.</source>
        <translation>Wenn die Kurve noch stieg.</translation>
    </message>
    <message>
        <source>Quick look</source>
        <translation>Kurzer Blick</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>Üblich</translation>
    </message>
    <message>
        <source>Long</source>
        <translation>Lang</translation>
    </message>
    <message>
        <source>%1: %2 steps</source>
        <extracomment>%1 is a length such as &quot;Usual&quot;, %2 a number of steps</extracomment>
        <translation>%1: %2 Schritte</translation>
    </message>
    <message>
        <source>Exactly this many steps:</source>
        <translation>Genau so viele Schritte:</translation>
    </message>
    <message>
        <source>Number of steps</source>
        <translation>Zahl der Schritte</translation>
    </message>
    <message>
        <source>In each step the model answers a batch of questions and learns from the verdicts. The run stops by itself when held-out results fall.</source>
        <translation>In jedem Schritt beantwortet das Modell einen Stapel Fragen und lernt aus den Urteilen. Der Lauf hält von selbst an, wenn die zurückgehaltenen Ergebnisse fallen.</translation>
    </message>
    <message>
        <source>Where is it kept?</source>
        <translation>Wo wird er aufbewahrt?</translation>
    </message>
    <message>
        <source>Name of the project</source>
        <translation>Name des Projekts</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Change the folder of the project</source>
        <translation>Den Ordner des Projekts ändern</translation>
    </message>
    <message>
        <source>Looking at config.json and the headers of the weights…</source>
        <translation>config.json und die Köpfe der Gewichte werden gelesen …</translation>
    </message>
    <message>
        <source>This model can be trained: %1, %2, %3, %4.</source>
        <extracomment>%1 architecture, %2 &quot;7.6 billion parameters&quot;, %3 data type, %4 size of the files</extracomment>
        <translation>Dieses Modell lässt sich trainieren: %1, %2, %3, %4.</translation>
    </message>
    <message>
        <source>A new file…</source>
        <translation>Eine neue Datei …</translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n rows)</source>
        <extracomment>%1 name of a data set; %n its rows</extracomment>
        <translation>
            <numerusform>%1 (%n Zeile)</numerusform>
            <numerusform>%1 (%n Zeilen)</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the file and checking every answer…</source>
        <translation>Die Datei wird gelesen und jede Antwort geprüft …</translation>
    </message>
    <message numerus="yes">
        <source>%n lines cannot be used.</source>
        <translation>
            <numerusform>%n Zeile ist nicht verwendbar.</numerusform>
            <numerusform>%n Zeilen sind nicht verwendbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows can be used; %1 of them are kept out of training.</source>
        <extracomment>%n rows of a data file can be used; %1 of them are held out</extracomment>
        <translation>
            <numerusform>%n Zeile ist verwendbar; davon %1 vom Training zurückgehalten.</numerusform>
            <numerusform>%n Zeilen sind verwendbar; davon %1 vom Training zurückgehalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows have a worked solution: the run begins by showing them.</source>
        <translation>
            <numerusform>%n Zeile hat eine ausgearbeitete Lösung: Der Lauf beginnt damit, sie zu zeigen.</numerusform>
            <numerusform>%n Zeilen haben eine ausgearbeitete Lösung: Der Lauf beginnt damit, sie zu zeigen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No row has a worked solution, so the run begins with the verifier right away.</source>
        <translation>Keine Zeile hat eine ausgearbeitete Lösung, daher beginnt der Lauf gleich mit dem Prüfer.</translation>
    </message>
    <message numerus="yes">
        <source>Show the %n lines that cannot be used</source>
        <translation>
            <numerusform>Die %n nicht verwendbare Zeile zeigen</numerusform>
            <numerusform>Die %n nicht verwendbaren Zeilen zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 – fits %2 of %3 answers</source>
        <extracomment>%1 verifier, %2 answers that it can check, %3 answers looked at</extracomment>
        <translation>%1 – passt zu %2 von %3 Antworten</translation>
    </message>
    <message>
        <source>No row has an expected answer, so nothing can be verified: only the worked solutions are learned.</source>
        <translation>Keine Zeile hat eine erwartete Antwort, daher lässt sich nichts prüfen: Nur die ausgearbeiteten Lösungen werden gelernt.</translation>
    </message>
</context>
<context>
    <name>veritune::app::SliceTable</name>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>weaker than the whole</source>
        <extracomment>of a group of problems, against all of them</extracomment>
        <translation>schwächer als insgesamt</translation>
    </message>
    <message>
        <source>stronger than the whole</source>
        <translation>stärker als insgesamt</translation>
    </message>
    <message>
        <source>as the whole</source>
        <translation>wie insgesamt</translation>
    </message>
    <message>
        <source>The interval from 0 to 1; the thin mark is the score of all problems. An interval beside the mark is told apart from it.</source>
        <translation>Das Intervall von 0 bis 1; der schmale Strich ist der Wert aller Aufgaben. Ein Intervall neben dem Strich unterscheidet sich davon.</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Problems with</source>
        <comment>a column: what the problems of a row have in common</comment>
        <translation>Aufgaben mit</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>Richtige Antworten</translation>
    </message>
    <message>
        <source>From 0 to 1</source>
        <translation>Von 0 bis 1</translation>
    </message>
</context>
<context>
    <name>veritune::app::StatusStrip</name>
    <message>
        <source>No project open</source>
        <translation>Kein Projekt geöffnet</translation>
    </message>
    <message>
        <source>Engine not running</source>
        <translation>Rechenkern läuft nicht</translation>
    </message>
    <message>
        <source>Engine is starting</source>
        <translation>Rechenkern startet</translation>
    </message>
    <message>
        <source>Engine ready</source>
        <translation>Rechenkern bereit</translation>
    </message>
    <message>
        <source>Run %1, step %2 of %3</source>
        <extracomment>%1 is the number of the run, %2 and %3 are numbers of steps</extracomment>
        <translation>Lauf %1, Schritt %2 von %3</translation>
    </message>
    <message>
        <source>Engine does not answer</source>
        <translation>Rechenkern antwortet nicht</translation>
    </message>
    <message>
        <source>Engine was lost</source>
        <translation>Rechenkern ging verloren</translation>
    </message>
    <message>
        <source>The engine is the program that loads the model and trains. It keeps working when this window is closed.</source>
        <translation>Der Rechenkern ist das Programm, das das Modell lädt und trainiert. Er arbeitet weiter, wenn dieses Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>Computes on the CPU</source>
        <translation>Rechnet auf dem Prozessor</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Kein Netzwerk</translation>
    </message>
    <message>
        <source>Network not blocked</source>
        <translation>Netzwerk nicht gesperrt</translation>
    </message>
    <message>
        <source>The kernel refuses every network socket to this program. Click for the proof.</source>
        <translation>Der Betriebssystemkern verweigert diesem Programm jede Netzwerkverbindung. Klicken Sie für den Nachweis.</translation>
    </message>
    <message>
        <source>The kernel does not confirm the network block of this program. Click for details.</source>
        <translation>Der Betriebssystemkern bestätigt die Netzwerksperre dieses Programms nicht. Klicken Sie für Einzelheiten.</translation>
    </message>
    <message>
        <source>%1 free</source>
        <comment>free disk space</comment>
        <translation>%1 frei</translation>
    </message>
</context>
<context>
    <name>veritune::app::TimeView</name>
    <message>
        <source>%1, step %2</source>
        <extracomment>%1 stage, %2 step</extracomment>
        <translation>%1, Schritt %2</translation>
    </message>
    <message>
        <source>Attempt at this task</source>
        <translation>Versuch an dieser Aufgabe</translation>
    </message>
    <message>
        <source>Goes through the attempts at this task from the first step to the last.</source>
        <translation>Geht die Versuche an dieser Aufgabe vom ersten bis zum letzten Schritt durch.</translation>
    </message>
    <message>
        <source>This task was tried once in this run. Held-out tasks are tried again at every check, so their chains show how the model changed.</source>
        <translation>Diese Aufgabe wurde in diesem Lauf einmal versucht. Zurückgehaltene Aufgaben werden bei jeder Messung erneut versucht; ihre Lösungswege zeigen, wie sich das Modell verändert hat.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempts at this task over the run, %1 of them correct.</source>
        <extracomment>%n attempts at one task, %1 how many were correct</extracomment>
        <translation>
            <numerusform>%Ln Versuch an dieser Aufgabe im Lauf, davon %1 richtig.</numerusform>
            <numerusform>%Ln Versuche an dieser Aufgabe im Lauf, davon %1 richtig.</numerusform>
        </translation>
    </message>
    <message>
        <source>The text is the same as at the attempt before.</source>
        <translation>Der Text ist derselbe wie beim Versuch davor.</translation>
    </message>
</context>
<context>
    <name>veritune::app::TokenizerLoader</name>
    <message>
        <source>The run does not name a folder with a tokenizer; tokens are shown as numbers.</source>
        <translation>Der Lauf nennt keinen Ordner mit einem Tokenizer; Tokens erscheinen als Zahlen.</translation>
    </message>
    <message>
        <source>The model&apos;s tokenizer could not be read, so tokens are shown as numbers: %1</source>
        <extracomment>%1 an error in English</extracomment>
        <translation>Der Tokenizer des Modells konnte nicht gelesen werden, daher erscheinen Tokens als Zahlen: %1</translation>
    </message>
    <message>
        <source>The model folder holds another tokenizer than the one this run used; tokens are shown as numbers.</source>
        <translation>Im Modellordner liegt ein anderer Tokenizer als der dieses Laufs; Tokens erscheinen als Zahlen.</translation>
    </message>
</context>
<context>
    <name>veritune::app::TourCard</name>
    <message>
        <source>What you are seeing</source>
        <translation>Was Sie hier sehen</translation>
    </message>
    <message>
        <source>1. Mean reward</source>
        <translation>1. Mittlerer Reward</translation>
    </message>
    <message>
        <source>The share of chains that the verifier proved right. Now: %1.</source>
        <translation>Der Anteil der Lösungswege, die der Prüfer als richtig bewiesen hat. Jetzt: %1.</translation>
    </message>
    <message>
        <source>The share of chains that the verifier proved right. It appears with the first step of verifiable RL, after the cold start.</source>
        <translation>Der Anteil der Lösungswege, die der Prüfer als richtig bewiesen hat. Er erscheint mit dem ersten Schritt des verifizierbaren RL, nach dem Kaltstart.</translation>
    </message>
    <message>
        <source>2. A group that is all wrong gives no signal</source>
        <translation>2. Eine ganz falsche Gruppe lehrt nichts</translation>
    </message>
    <message>
        <source>Each question is tried several times. Only where some chains are right and some are wrong can the model learn.</source>
        <translation>Jede Frage wird mehrmals versucht. Nur wo einige Lösungswege richtig und einige falsch sind, kann das Modell lernen.</translation>
    </message>
    <message>
        <source>Question %1: every chain was wrong, so nothing could be learned from it.</source>
        <translation>Frage %1: Jeder Lösungsweg war falsch, daraus ließ sich nichts lernen.</translation>
    </message>
    <message>
        <source>3. The first chain that the verifier accepted</source>
        <translation>3. Der erste angenommene Lösungsweg</translation>
    </message>
    <message>
        <source>Open it to see every step and why it counts.</source>
        <translation>Öffnen Sie ihn, um jeden Schritt zu sehen und warum er zählt.</translation>
    </message>
    <message>
        <source>It appears as soon as there is one.</source>
        <translation>Er erscheint, sobald es einen gibt.</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>Hineinsehen</translation>
    </message>
    <message>
        <source>Look inside the first accepted chain</source>
        <translation>Den ersten angenommenen Lösungsweg ansehen</translation>
    </message>
    <message>
        <source>Do not show this again</source>
        <translation>Nicht mehr zeigen</translation>
    </message>
</context>
<context>
    <name>veritune::app::TryForm</name>
    <message>
        <source>strict, as in training</source>
        <translation>streng, wie beim Training</translation>
    </message>
    <message>
        <source>the whole text is the answer</source>
        <translation>der ganze Text ist die Antwort</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>What it allows</source>
        <translation>Was er erlaubt</translation>
    </message>
    <message>
        <source>How the answer is found in the text</source>
        <translation>Wie die Antwort im Text gefunden wird</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>Question, if the verifier needs it</source>
        <translation>Frage, falls der Prüfer sie braucht</translation>
    </message>
    <message>
        <source>Text to check</source>
        <translation>Zu prüfender Text</translation>
    </message>
    <message>
        <source>The answer is \boxed{42}.</source>
        <translation>Die Antwort ist \boxed{42}.</translation>
    </message>
    <message>
        <source>42</source>
        <translation>42</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <extracomment>a verifier: %1 what it is called, %2 its technical name</extracomment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>A number, a text, or JSON for lists and tables.</source>
        <translation>Eine Zahl, ein Text oder JSON für Listen und Tabellen.</translation>
    </message>
    <message>
        <source>Check this answer</source>
        <translation>Diese Antwort prüfen</translation>
    </message>
    <message>
        <source>Ask the verifier and explain its verdict (Ctrl+Enter).</source>
        <translation>Den Prüfer fragen und sein Urteil erklären (Strg+Eingabe).</translation>
    </message>
</context>
<context>
    <name>veritune::app::Unit</name>
    <message>
        <source>threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>per step</source>
        <translation>je Schritt</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>CPU-seconds</source>
        <translation>CPU-Sekunden</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>per step and learning rate</source>
        <translation>je Schritt und Lernrate</translation>
    </message>
    <message>
        <source>L2 norm</source>
        <translation>L2-Norm</translation>
    </message>
    <message>
        <source>share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>prompts</source>
        <translation>Prompts</translation>
    </message>
    <message>
        <source>chains</source>
        <translation>Lösungswege</translation>
    </message>
    <message>
        <source>reward</source>
        <translation>Reward</translation>
    </message>
    <message>
        <source>rollouts</source>
        <translation>Rollouts</translation>
    </message>
    <message>
        <source>problems</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>rounds</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>pass@1</source>
        <translation>pass@1</translation>
    </message>
    <message>
        <source>evaluations</source>
        <translation>Messungen</translation>
    </message>
</context>
<context>
    <name>veritune::app::VerdictPanel</name>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Answer found in the text</source>
        <translation>Im Text gefundene Antwort</translation>
    </message>
    <message>
        <source>Reference answer</source>
        <translation>Referenzantwort</translation>
    </message>
    <message>
        <source>What it meant for training</source>
        <translation>Was es für das Training bedeutete</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Steps that the verifier checked</source>
        <translation>Schritte, die der Prüfer geprüft hat</translation>
    </message>
    <message>
        <source>Verifier</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Its version</source>
        <translation>Seine Version</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>Verglichen</translation>
    </message>
    <message>
        <source>Checking took</source>
        <translation>Prüfdauer</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>Zweck</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation>Antwort: %1</translation>
    </message>
    <message>
        <source>Shows where the verifier found this answer.</source>
        <translation>Zeigt, wo der Prüfer diese Antwort gefunden hat.</translation>
    </message>
    <message>
        <source>Reward %1</source>
        <extracomment>reward of a chain; %1 a number</extracomment>
        <translation>Reward %1</translation>
    </message>
    <message>
        <source>Reward %1: the verifier gave %2, the length rules %3.</source>
        <extracomment>%1 reward, %2 the verifier&apos;s score, %3 the difference with its sign</extracomment>
        <translation>Reward %1: Der Prüfer gab %2, die Längenregeln %3.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln steps were checked</source>
        <translation>
            <numerusform>%Ln Schritt wurde geprüft</numerusform>
            <numerusform>%Ln Schritte wurden geprüft</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is right</source>
        <extracomment>spoken; %1 a step like &quot;6+4=0&quot;, %2 what is wrong with it</extracomment>
        <translation>%1 ist richtig</translation>
    </message>
    <message>
        <source>%1 is wrong: %2</source>
        <translation>%1 ist falsch: %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Tokens</numerusform>
        </translation>
    </message>
</context>
</TS>
