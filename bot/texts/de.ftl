### Alles, was Draftroom sagt, auf Deutsch. Die englischen Texte mit ihren Erläuterungen stehen in en.ftl.

## Text auf dem Weg zu Slack

quoted = „{ $text }“
pictures =
    { $count ->
        [one] 1 Bild
       *[other] { $count } Bilder
    }

## Geld

money = { $digits }{"\u00A0"}{ $sign }
money-code = { $digits }{"\u00A0"}{ $code }
money-hundredths = { $digits }{"\u00A0"}{ $sign }
money-less = <{"\u00A0"}{ $money }
money-about = etwa { $money }

## Personen in einer Reihe

people-and = { $most } und { $last }
people-or = { $most } oder { $last }

## Die Nachrichten im Thread eines Briefings

# Steht im Kleingedruckten und in Sätzen: „… und dieser Channel hat heute noch 4,10 $ von 5,00 $.“
channel-left =
    { $period ->
        [daily] heute
        [weekly] diese Woche
        [monthly] diesen Monat
       *[other] im Topf
    } noch { $left } von { $limit }

drafting-text = Ich entwerfe { $prompt }…
drafting-title = :art: Ich entwerfe *{ $prompt }*…
drafting-small = { pictures } für <@{ $person }>{ $follows } · { $cost }

preview-text = Ich entwerfe { $prompt }… hier ist ein erster Blick
preview-alt = Erster Blick auf { $count ->
        [one] 1 Entwurf
       *[other] { $count } Entwürfe
    } zu: { $prompt }
preview-small = Ein erster Blick; gleich steht hier das fertige Raster.
preview-file-alt = Erster Blick auf: { $prompt }

grid-text = { pictures } zu { $prompt }. Klick auf eine Nummer oder reagiere mit ihr, um eins in Pro zu rendern.
grid-title = *{ $prompt }* · <@{ $person }>
cards-alt = Bild { $number } von { $count }: { $prompt }
cards-pro = Pro
cards-vary = Variieren
cards-fix = Korrigieren
cards-remove = Entfernen
grid-alt = Raster: { pictures }, nummeriert von 1 bis { $count }, entworfen nach dem Prompt: { $prompt }
grid-file-alt = Raster mit { $count ->
        [one] 1 Entwurf
       *[other] { $count } Entwürfen
    } zu: { $prompt }
shown-again = Noch einmal gezeigt
shown-again-thread = zum Thread
shown-again-pro = Pro { $number }
shown-again-fix = Korrektur { $number }
grid-pro = Pro { $number }
grid-pro-label = Bild { $number } in Pro rendern

pro-waiting = Bild { $number } wird in Pro gerendert, freigegeben von { $people }…
pro-waiting-small = { $cost } · { $left } · nimm es innerhalb von { $seconds } s zurück, um kostenlos abzubrechen
pro-done-text = Bild { $number } von { $prompt } in Pro
pro-done-title = :sparkles: *Bild { $number } in Pro*, freigegeben von { $people }
pro-done-alt = Pro-Bild zu Bild { $number }, { $width } mal { $height } Pixel, nach dem Prompt: { $prompt }
pro-done-small = { $width }×{ $height } · Seed { $seed } · { $seconds } s · { $cost } · { $left }
pro-done-next = :art: Stimmt etwas nicht? Antworte mit `@Draftroom fix center: make it purple` oder `fix top-right: add a butterfly`, oder häng ein Maskenbild an. Nur das ändert sich.
pro-done-file-alt = Pro-Bild zu Bild { $number } von: { $prompt }
pro-cancelled = Bild { $number } wird nicht gerendert: <@{ $person }> hat die Freigabe zurückgenommen. Es wurde nichts berechnet.

fix-waiting = Korrektur läuft ({ $region }): { $instruction }…
fix-waiting-small = für <@{ $person }> · { $cost } · { $left }
fix-done-text = Korrigiert ({ $region }): { $instruction }
fix-done-title = :white_check_mark: *Korrigiert ({ $region }):* { $instruction } für <@{ $person }>
fix-done-before-alt = Vorher und nachher zur Korrektur „{ $instruction }“ (Bereich: { $region }) von: { $prompt }
fix-done-alt = Das korrigierte Bild: { $prompt }; { $instruction }
fix-done-small = geänderte Pixel außerhalb der Maske: { $outside } · Seed { $seed } · { $seconds } s · { $cost } · { $left }
# Der Bot hat die Farbe selbst gegeben.
fix-done-free = geänderte Pixel außerhalb der Maske: { $outside } · kein Modell · kostenlos · { $left }
fix-done-next = Die vorige Version bleibt erhalten. Antworte mit einer weiteren Korrektur, und es geht von diesem Bild aus weiter; :leftwards_arrow_with_hook: geht zurück.
fix-done-before-file-alt = Vorher und nachher: { $instruction }
fix-done-file-alt = Korrigiert: { $instruction }

work-failed = { $what } hat nicht geklappt. { $sentence } Es wurde nichts berechnet.
work-waiting = { $what } muss warten. { $sentence } Ich versuche es noch { $seconds } s lang; in dieser Zeit wird nichts berechnet.
work-draft = Der Entwurf zu „{ $prompt }“

## Rund um ein Raster

grid-stop = 🛑 Stoppen
grid-stop-label = Diesen Entwurf stoppen; es wird nichts berechnet
grid-again-label = Denselben Prompt noch einmal anders entwerfen
grid-change = ✏️ Ändern
grid-change-label = Den Prompt ändern und neu entwerfen
grid-change-prompt = ✏️ Prompt ändern
grid-vary-label = Eins dieser Bilder variieren
grid-details = Details: Seed, Modell, Kosten
grid-remove-menu = Entfernen…
grid-remove-title = Dieses Raster entfernen?
grid-remove-question = Seine Bilder verschwinden aus dem Channel. Was daraus freigegeben wurde, bleibt.
grid-remove-confirm = Entfernen
grid-remove-deny = Behalten

grid-follows-again = noch einmal derselbe Prompt
grid-follows-prompt = ein geänderter Prompt
grid-follows-told = ein geänderter Prompt: { $changes }
grid-follows-style = Stil { $style }
grid-leads = :arrow_right: { $grid } wird im Channel entworfen{ $follows }
grid-from-like = wie { $name }
grid-from-subtle = dezente Variationen von { $name }
grid-from-strong = starke Variationen von { $name }
grid-from-import = übernommen: { $name }
grid-from-strength = { $started }, Stärke { $strength }

## Die Einzelheiten eines Rasters

details-title = So ist es entstanden
details-close = Schließen
details-name = *Name* `{ $brief }`
details-without = *Ohne* { $words }
details-brand = *Aus dem Markenset* { $words }
details-for = *Für* <@{ $person }>{ $follows }
details-size = *Bilder* { $count }, { $width } × { $height } Pixel
details-seed = *Seed* { $seed }
details-model = *Modell* { $model }
details-time = *Zeit* { $seconds } s
details-cost = *Kosten* { $cost }
details-left = *Budget* { $left }
grid-change-offer-text = Den Prompt { $prompt } ändern?
grid-change-offer = { $prompt } ändern und neu entwerfen?
# $seconds und $cost: höchstens, auf dem Gerät der Engine.
stopped-lost = Bis zu { $seconds } s der Zeit der Engine, { $cost }, sind damit verloren; kein Budget zahlt dafür.
grid-stopped = <@{ $person }> hat den Entwurf zu { $prompt } gestoppt. Es wurde nichts berechnet.
grid-after-all = 🔁 Doch entwerfen
grid-removed = <@{ $person }> hat das Raster zu { $prompt } entfernt.
grid-removed-small = Pro-Bilder und Korrekturen, die daraus entstanden sind, bleiben im Thread.

## Freigaben

# Das Leerzeichen am Anfang zählt.
approval-whose = { " " }von { $people }
approval-author = <@{ $person }> hat das Briefing gestellt und kann deshalb nicht freigeben.
approval-needs =
    { $voters ->
        [some] { $count ->
            [one] Dafür braucht es 1 Freigabe von { $people }.
           *[other] Dafür braucht es { $count } Freigaben von { $people }.
        }
       *[other] { $count ->
            [one] Dafür braucht es 1 Freigabe.
           *[other] Dafür braucht es { $count } Freigaben.
        }
    }

# Drei Stände, ohne Punkt am Ende.
approval-standing-none =
    { $got } von { $needed } Freigaben für Bild { $number }; es braucht { $missing ->
        [1] eine
        [2] zwei
        [3] drei
        [4] vier
        [5] fünf
       *[other] { $missing }
    }{ $voters ->
        [some] {" "}von { $voted }
       *[other] , egal von wem
    }
approval-standing-some =
    { $got } von { $needed } Freigaben für Bild { $number }: { $people }; es braucht noch { $missing ->
        [1] eine
        [2] zwei
        [3] drei
        [4] vier
        [5] fünf
       *[other] { $missing }
    }{ $voters ->
        [some] {" "}von { $voted }
       *[other] , egal von wem
    }
approval-standing-all = { $got } von { $needed } Freigaben für Bild { $number }: { $people }
approval-sentence = { $standing }.
approval-title = :ballot_box_with_check: *{ $standing }.*
approval-mark = { $done ->
        [yes] { $number } in Pro
       *[no] { $number } geht in Pro
    }
approval-marked = { $done ->
        [yes] :white_check_mark: *{ $what }*, von { $people }
       *[no] :hourglass_flowing_sand: { $what }, von { $people }
    }
approval-line-enough = :white_check_mark: { $standing }
approval-line-more = :ballot_box_with_check: { $standing }
approval-none = Zurzeit keine Freigaben.
approval-small = Aus dem Raster zu { $prompt }. Vor der letzten Freigabe wird nichts gerendert oder berechnet.
approval-emoji = :{ $emoji }: an dieser Nachricht bewirkt dasselbe.
approval-approve = Bild { $number } freigeben
approval-approve-label = Bild { $number } zum Rendern in Pro freigeben
approval-withdraw = Meine zurücknehmen
approval-withdraw-label = Deine Freigabe von Bild { $number } zurücknehmen
approval-refused-author = Dieses Briefing ist von dir, und in diesem Channel muss jemand anders freigeben. Es wurde nichts erfasst; bitte jemanden im Team, auf die Nummer zu klicken.
approval-refused =
    { $voters ->
        [some] In diesem Channel zählen nur Freigaben von { $people }. Deine wurde deshalb nicht erfasst, und es wird nichts gerendert. Bitte jemanden davon, auf die Nummer zu klicken oder mit ihr zu reagieren.
       *[other] In diesem Channel zählen nur bestimmte Freigaben. Deine wurde deshalb nicht erfasst, und es wird nichts gerendert. `/draft settings` sagt, wessen; bitte jemanden davon, auf die Nummer zu klicken.
    }

## Wenn sich ein Briefing hinzieht

exit-approve = { $number } freigeben
exit-approve-label = Bild { $number } von diesen freigeben und in Pro rendern
exit-fix = 🖌️ Lieber Bild 1 korrigieren
exit-fix-label = Bild 1 von diesen im Editor öffnen und einen Bereich korrigieren
exit-help = 🙋 Um Hilfe bitten
exit-stop = Hier aufhören
exit-small =
    { pictures } in { $grids ->
        [one] 1 Raster
       *[other] { $grids } Rastern
    }, { $cost } für { $prompt } ausgegeben · kommt nur einmal pro Briefing; `/draft settings` ändert, wann
exit-alt = Die Bilder, die am nächsten dran waren, nummeriert von 1 bis { $count }, zu: { $prompt }
exit-file-alt = { $count ->
        [one] Das Bild, das am nächsten dran war, zu: { $prompt }
       *[other] Die { $count } Bilder, die am nächsten dran waren, zu: { $prompt }
    }
exit-time = :hourglass: { $count ->
        [one] 1 Minute
       *[other] { $count } Minuten
    }, und noch ist nichts freigegeben.
exit-time-advice = Das bisher beste freigeben, den Prompt ändern oder hier aufhören?
exit-pictures = :dart: { $count ->
        [one] 1 Bild
       *[other] { $count } Bilder
    }, und keins ist freigegeben.
exit-pictures-advice = Vielleicht braucht die Idee andere Worte oder das feinere Modell. Am nächsten dran waren:
exit-rerolls = :repeat: Derselbe Prompt, { $count }-mal neu gezeichnet.
exit-rerolls-advice = Den einen Fehler korrigieren, statt neu zu würfeln? Alles andere im Bild bleibt.
exit-stopped = <@{ $person }> hat mit { $prompt } hier aufgehört.
exit-stopped-small = { $count ->
        [one] 1 Bild
       *[other] { $count } Bilder
    }, { $cost } ausgegeben. Die Raster bleiben: Klick dort auf eine Nummer oder reagiere mit ihr, um weiterzumachen.
exit-wanted = <@{ $person }> hätte gern einen zweiten Blick auf { $prompt }.
exit-wanted-link = <{ $link }|Sieh dir das Raster an> und antworte in seinem Thread.

## Hinweise, bevor es Geld kostet

advice-straight = Direkt in Pro · { $cost }
advice-straight-label = Ein Bild entwerfen und in Pro rendern, ohne Entwürfe anzusehen
advice-warning = :warning: *Bevor das etwas kostet:* { $sentence }
advice-change-label = Den Prompt ändern; dieser Entwurf stoppt dann kostenlos
advice-gone = <@{ $person }> hat { $prompt } direkt nach Pro geschickt. Dieser Entwurf wurde gestoppt und kostet nichts.
advice-stuck = Das Bild ist da, aber sein Rendern in Pro konnte nicht beginnen. { $sentence }
advice-stuck-small = Aus { $prompt }. Klick später auf die Nummer oder reagiere mit :one:.

## Unter einem Bild im Thread

picture-edit = Bild bearbeiten
picture-edit-label = Dieses Bild bearbeiten: hol dir deinen eigenen Link zum Editor
picture-deliver = Liefern…
picture-deliver-label = Dieses Bild als Dateien in exakten Größen liefern

## Variationen

vary-subtle = 🎨 Dezent variieren
vary-strong = 🎨 Stark variieren
vary-subtle-label = Dezente Variationen dieses Bildes entwerfen
vary-strong-label = Starke Variationen dieses Bildes entwerfen
vary-which-text = Welches Bild von { $prompt } soll ich variieren?
vary-which = :art: Welches Bild von { $prompt } soll ich variieren, und wie weit?
vary-cell-subtle = { $number } dezent
vary-cell-strong = { $number } stark
vary-cell-subtle-label = Dezente Variationen von Bild { $number } entwerfen
vary-cell-strong-label = Starke Variationen von Bild { $number } entwerfen

## Ein mitgebrachtes Bild

import-text = { $name } für <@{ $person }> übernommen
import-title = :inbox_tray: *{ $name } übernommen* für <@{ $person }>
import-alt = Das Bild { $name }, wie es hochgeladen wurde
import-small = `{ $brief }` · wie hochgeladen · kostenlos · in diesem Thread ändert `@Draftroom fix center: make it purple` einen Bereich davon
import-pro = In Pro rendern
import-pro-label = Dieses Bild in Pro rendern

## Bilder in anderen Nachrichten, und Dateien

shown-not-member = Ich kann diese Nachricht nicht lesen: Ich bin nicht in ihrem Channel. Lade mich dorthin ein oder lade das Bild hier hoch.
shown-gone = Unter diesem Link gibt es keine Nachricht mehr. Kopiere den Link noch einmal oder lade das Bild hoch.
shown-file-hidden = Slack hat mir diese Datei nicht gezeigt. Lade sie bitte noch einmal hoch.
shown-no-picture = „{ $name }“ ist kein Bild, das ich öffnen kann. Häng ein PNG, JPEG, WebP oder HEIC an.
shown-unnamed-no-picture = Diese Datei ist kein Bild, das ich öffnen kann. Häng ein PNG, JPEG, WebP oder HEIC an.
file-too-large = Diese Datei ist größer als { $megabytes } MB. Schick eine kleinere.
file-elsewhere = Diese Datei liegt außerhalb von Slack. Lade das Bild selbst hoch und schick es noch einmal.
file-not-handed = Slack hat mir diese Datei nicht gegeben. Lade sie bitte noch einmal hoch.
file-not-readable = Ich darf diese Datei nicht lesen. Die App braucht den Scope `files:read`; gib der Person Bescheid, die Draftroom betreibt.

## Wer Personen sind, und wo der Bot schreiben darf

directory-who = Slack hat mir nicht verraten, wer du bist ({ $code }). Versuch es bitte in einer Minute noch einmal.
directory-apps = Das können nur Menschen, keine Apps.
directory-deactivated = Dieses Konto wurde deaktiviert.
directory-strangers = Das können nur Mitglieder dieses Workspace. Du siehst diesen Channel aus einer anderen Organisation: Frag jemanden hier.
directory-guests = Gäste können zuschauen, mehr nicht. Bitte ein Mitglied des Workspace, das für dich zu tun.
directory-outside = Das können nur Mitglieder dieses Channels. Tritt ihm bei und versuch es dann noch einmal.
directory-nobody = Niemand hier heißt { $name }. Erwähne die Person, oder gib ihre Member-ID an.
directory-direct = Entwürfe gehören in einen Channel, denn sein Budget bezahlt sie. Schreib das in einem Channel.
directory-not-in = Ich bin noch nicht in diesem Channel. Schreib `/invite @Draftroom` und versuch es dann noch einmal.
directory-group = Slack hat mir nicht verraten, wer hier freigeben darf ({ $code }), deshalb wurde nichts erfasst. Ein Admin kann in `/draft settings` nachsehen; die App braucht den Scope `usergroups:read`.
http-not-signed = Diese Anfrage ist nicht von Slack signiert.

## Stile

styles-title = *Stile.* `--style NAME` fügt dem Prompt die Wörter des Stils hinzu.
styles-line = • `{ $name }`: { $words }
styles-line-saved = • `{ $name }`: { $words } (gespeichert von <@{ $person }>)
styles-how = Einen für diesen Channel speichern: `/draft style save NAME WORDS…`; einen löschen: `/draft style drop NAME`.
styles-saved = Erledigt. `--style { $name }` fügt hinzu: { $words }

## App-Startseite

home-waiting-header = Wartet auf deine Freigabe
home-new = ✨ Neuer Entwurf
home-new-label = Ein Bild beschreiben und in einem Channel entwerfen
home-approve = { $number } freigeben
home-picture-alt = Entworfen zu: { $prompt }
home-rules = So läuft es hier
home-rules-label = Die Regeln dieses Channels zeigen
home-rules-title = Regeln dieses Channels
home-waiting-none = Nichts wartet auf dich.
home-waiting = :ballot_box_with_check: { $brief } in <#{ $channel }>, von <@{ $person }>
home-waiting-nobody = Noch ist kein Bild freigegeben.
home-mine-header = Deine Briefings
home-mine-none = Du hast noch keine. Schreib `/draft a donut on a mint background` in einem Channel.
home-mine = { $brief } in <#{ $channel }>
home-linked = *{ $prompt }* (<{ $link }|ansehen>)
home-channels-header = Deine Channels
home-settings = ⚙️ Channel-Einstellungen
home-settings-label = Ändern, wie dieser Channel arbeitet
home-help-header = So funktioniert’s

## Die Briefings einer Person

mine-none = Du hast noch keine Briefings. Fang eins an: `/draft a mushroom on a green background`.
mine-title = *Deine neuesten Briefings.* `/draft show NAME` zeigt ein Raster in seinem Channel noch einmal.
mine-line = • `{ $brief }` { $prompt } in <#{ $channel }>
mine-made = { $count } in Pro oder korrigiert
draft-state-waiting = wartet
draft-state-running = wird entworfen
draft-state-done = entworfen
draft-state-failed = hat nicht geklappt
draft-state-stopped = gestoppt

## Das Geld eines Channels in Worten

channel-budget =
    Das Budget dieses Channels: { $limit } { $period ->
        [daily] pro Tag
        [weekly] pro Woche
        [monthly] pro Monat
       *[other] insgesamt
    }; { $spent }, { $left }.
channel-budget-held =
    Das Budget dieses Channels: { $limit } { $period ->
        [daily] pro Tag
        [weekly] pro Woche
        [monthly] pro Monat
       *[other] insgesamt
    }; { $spent }, { $held } für laufende Arbeit reserviert, { $left }.
# Woraus eine Grenze besteht, wo sie mehr ist als gesetzt wurde: „20,00 $ + 5,00 $ freigegeben“.
limit-granted = { $limit } + { $granted } freigegeben
limit-rolled = { $limit } + { $rolled } übertragen
channel-spent = { $total } ausgegeben
channel-spent-on = { $total } ausgegeben ({ $parts })
channel-spent-draft = Entwürfe { $cost }
channel-spent-pro = Pro { $cost }
channel-spent-fix = Korrekturen { $cost }
channel-forecast = Bei diesem Tempo werden es bis zum Ende des Zeitraums { $cost }.
channel-forecast-over = Bei diesem Tempo werden es bis zum Ende des Zeitraums { $cost }, das ist { $over } über dem Budget.

## Die Hilfe

help-short-draft = :art: `/draft a sunflower on a blue background` zeigt ein Raster schneller Entwürfe; `/draft` allein öffnet ein Formular.
help-short-approve = :sparkles: Klick auf eine Nummer oder reagiere mit ihr: Das Bild wird in *Pro* gerendert.
help-short-change = :repeat: entwirft noch einmal, :art: variiert ein Bild; oder antworte im Thread: `@Draftroom warmer light`.
help-short-fix = :pencil2: Antworte `@Draftroom fix center: make it purple` oder klick auf *Bild bearbeiten*: Nur das ändert sich.
help-short-money = :moneybag: `/draft budget` sagt, was übrig ist, `/draft summary`, was es gekostet hat.
help-more-title = Mehr über Draftroom
help-more-draft = Entwerfen…
help-more-approve = Freigeben und ändern…
help-more-fix = Korrigieren…
help-more-many = Viele auf einmal…
help-more-money = Geld…
help-draft = *Entwerfen*: `/draft a sunflower on a blue background` zeigt ein Raster schneller, günstiger Bilder.
help-draft-flags = • `--n 4` Bilder, 1 bis { $most } · `--ar 3:2` Seitenverhältnis · `--seed 7` noch einmal dieselben Bilder · `--no text` was fehlen soll
help-draft-mine = • `/draft mine` listet deine Briefings, `/draft show NAME` zeigt eins noch einmal; nur `/draft` öffnet ein Formular; ein Prompt darf { $characters } Zeichen haben
help-draft-style = • `--style studio` ergänzt die Wörter eines Stils (`/draft style list`, `save NAME WORDS…`, `drop NAME`) · `--like red-apple-2/2` oder der Link zu einem Bild geht von diesem aus, `--strength 0.6` sagt, wie frei; oder häng ein Bild an: `@Draftroom draft a rocket like this`
help-approve = *Freigeben*: Klick auf eine Nummer unter einem Raster oder reagiere mit :one: … :nine:. Das Bild wird in Pro gerendert.
help-approve-settings = • `/draft settings`: wie viele Freigaben das braucht und von wem, und die anderen Regeln des Channels
help-emoji = :repeat: entwirft neu, :art: variiert ein Bild (dezent oder stark), :pencil2: ändert den Prompt, :octagonal_sign: stoppt, :wastebasket: entfernt.
help-fix = *Korrigieren*: im Thread `@Draftroom fix center: make it purple`. Nur das ändert sich.
help-fix-region = • Bereiche sind { regions-examples }; oder häng ein Maskenbild an (Weiß darf sich ändern)
help-fix-editor = • oder klick auf *Bild bearbeiten* und male; oder lade eine Kopie des Bildes hoch, auf der du gezeichnet hast. :leftwards_arrow_with_hook: an einer Korrektur geht zurück. `/draft signout` macht deine Links zum Editor ungültig.
help-deliver = *Liefern*: `/draft deliver NAME 1080x1080 story --max 500kb` erzeugt Dateien in exakten Größen; auch per Schaltfläche. `/draft inspect` sagt von jedem Bild, ob es hier entstand.
help-backgrounds = *Hintergründe*: Lade ein Produktbild hoch mit `@Draftroom backgrounds` und einem Prompt pro Zeile; seine Pixel bleiben.
help-many = *Viele auf einmal*: `/draft stress 50 PROMPT` variiert Licht, Objektiv, Palette und Komposition; `@Draftroom batch` mit einer CSV.
help-brand = *Marke*: `/draft brand` Palette, Wörter, die immer dazukommen oder abgelehnt werden; `/draft drift` wie nah die Bilder der Palette sind.
help-tweak = *Anpassen*: Im Thread entwirft `@Draftroom warmer light, less clutter` den geänderten Prompt.
help-costs = *Kosten*: `/draft costs last month by person`, als CSV und als Seite; `/draft client ACME`, `/draft margin 20%`.
help-limits = *Limits*: `/draft budget pro 20 weekly` · `person 5 daily` · `workspace 500 monthly` · `soft` · `rollover on` · `more 5`
help-money = *Geld*: `/draft budget` · `/draft budget set 50 monthly` · `/draft summary` · `/draft summary week`
help-summaries = • Zusammenfassungen kommen täglich und montags: `/draft summary at 9`, `/draft summary weekly off`
help-thread = Im Thread eines Bildes kann ich einen Bereich korrigieren: `@Draftroom fix center: make it purple`. Bereiche sind { regions-examples }; oder häng ein Maskenbild an. `@Draftroom warmer light` entwirft den Prompt mit dieser Änderung. Neue Bilder beginnen mit `/draft`; `/draft help` erklärt alles.

## Die Einstellungen eines Channels: als Sätze und als Formular

settings-heading = *So arbeitet dieser Channel*
settings-approval = *Freigabe:* Ein Pro-Bild braucht { $needed ->
        [one] 1 Freigabe
       *[other] { $needed } Freigaben
    }{ $voters ->
        [some] { $whose }
       *[anybody] , egal von wem
    }.{ $author ->
        [no] {" "}Wer das Briefing gestellt hat, kann nicht freigeben.
       *[yes] {""}
    }
settings-emoji-numbers = *Emoji:* Eine Zahl gibt frei, wie ihre Schaltfläche.
settings-emoji-also = *Emoji:* Eine Zahl gibt frei, wie ihre Schaltfläche, oder :{ $emoji }:, wo es nur ein Bild gibt.
settings-exits = *Genug ist genug:* Ein Briefing bekommt einmal einen Hinweis, sobald eine dieser Grenzen erreicht ist: { $after }.
settings-exits-off = *Genug ist genug:* kein Hinweis.
settings-exits-minutes =
    { $count ->
        [one] 1 Minute
       *[other] { $count } Minuten
    }
settings-exits-pictures = { pictures }
settings-exits-rerolls = mehr als { $count ->
        [one] 1 Wiederholung
       *[other] { $count } Wiederholungen
    }
settings-advice = *Hinweise* zu Prompts, an denen schnelle Entwürfe scheitern: { $on ->
        [yes] an
       *[no] aus
    }.
settings-timezone = *Zeitzone:* { $zone }.
settings-defaults = *Entwürfe ohne eigene Angabe:* { pictures }, { $shape }.
settings-changed = <@{ $person }> hat geändert, wie dieser Channel arbeitet.
settings-nothing-changed = Nichts ist anders.
settings-changed-more = `/draft settings` zeigt alles.
settings-form-title = Channel-Einstellungen
settings-form-save = Speichern
settings-form-cancel = Abbrechen
settings-form-head =
    So arbeitet <#{ $channel }>.
    {"*"}Freigabe*
settings-needed = Was ein Pro-Bild braucht
settings-approvals =
    { $count ->
        [one] 1 Freigabe
       *[other] { $count } Freigaben
    }
settings-who = Wessen Freigaben zählen
settings-who-anyone = Alle im Channel
settings-who-people = Nur die Personen unten
settings-who-group = Nur die Gruppe unten
settings-people = Personen
settings-people-choose = Personen wählen
settings-group = Benutzergruppe
settings-group-choose = Gruppe wählen
settings-no-groups = Es gibt keine Benutzergruppen.
settings-author = Eigene Briefings
settings-author-may = Wer ein Briefing stellt, darf dessen Bilder freigeben
settings-emoji = Ein weiteres Emoji, das freigibt
settings-emoji-hint = Zahlen geben immer frei. Dieses tut es, wo es nur ein Bild gibt, z. B. :white_check_mark:
settings-exits-head = *Genug ist genug*: ein einmaliger Hinweis im Thread eines Briefings, mit Wegen, wie es weitergeht. 0 heißt aus.
settings-minutes = Minuten ohne Freigabe
settings-pictures = Bilder ohne Freigabe
settings-rerolls = Mehr Wiederholungen eines Prompts als
settings-drafts-head = *Entwürfe*
settings-broadcast = *Fertige Pro-Bilder* stehen { $on ->
        [yes] auch im Channel
       *[no] nur in ihrem Thread
    }.
settings-form = *Raster* als { $form ->
        [cards] Karte für jedes Bild
       *[sheet] ein Bild
    }.
settings-broadcast-label = Fertige Pro-Bilder
settings-broadcast-tick = Auch im Channel zeigen
settings-form-label = Raster
settings-form-usual = Wie hier üblich
settings-form-sheet = Ein Bild mit einer Reihe von Knöpfen
settings-form-cards = Eine Karte für jedes Bild
policy-choose-form = Wähle, wie Raster gezeigt werden.
settings-advice-label = Hinweise
settings-advice-tick = Sagen, was schnellen Entwürfen misslingt: Text, Anzahlen, Hände
settings-cells = Bilder, wenn ein Entwurf nichts dazu sagt
settings-aspect = Seitenverhältnis, wenn ein Entwurf nichts dazu sagt
settings-timezone-label = Zeitzone
settings-timezone-hint = Um Mitternacht dort beginnen Tage, Wochen und Monate, und nach ihrer Uhr kommen die Übersichten. Ein Name wie Europe/Berlin, oder eine Stadt.
settings-aspect-hint = Breite zu Höhe, zum Beispiel 3:2.

## Was an den Einstellungen eines Channels nicht stimmt

policy-choose-group = Wähle die Benutzergruppe, deren Freigaben zählen.
policy-choose-who = Wähle, wessen Freigaben zählen.
policy-choose-number = Wähle eine Zahl von 1 bis { $most }.
policy-nobody =
    { $where ->
        [group] In dieser Gruppe ist niemand, also könnte nie etwas freigegeben werden. Wähle eine andere Gruppe oder einen anderen Weg der Freigabe.
       *[people] Hier ist niemand genannt, also könnte nie etwas freigegeben werden. Nenn jemanden, oder wähle einen anderen Weg der Freigabe.
    }
policy-too-few =
    { $needed } Freigaben kommen von { $needed } verschiedenen Personen; { $where ->
        [group] Personen in dieser Gruppe: { $found }. Wähle eine größere Gruppe oder weniger Freigaben.
       *[people] hier genannte Personen: { $found }. Nenn mehr, oder wähle weniger Freigaben.
    }
policy-emoji-unknown = Nenne ein Emoji, zum Beispiel `:white_check_mark:`, oder lass das Feld leer.
policy-emoji-taken = `:{ $emoji }:` bewirkt schon etwas anderes. Nenne ein anderes.
policy-zone-unknown = Nenne eine Zeitzone, zum Beispiel `Europe/Berlin`, oder ihre Stadt.
policy-whole-number = Gib eine ganze Zahl von 0 bis { $most } an, zum Beispiel { $example }. 0 heißt aus.

## Das Markenset eines Channels: sein Formular, in Worten, und wie nah die Bilder ihm sind

brand-form-title = Markenset
brand-form-save = Speichern
brand-form-cancel = Abbrechen
brand-form-head = Wie Bilder in <#{ $channel }> aussehen sollen. Jedes Bild wird mit der Palette verglichen.
brand-form-palette = Palette, bis zu { $most } Farben
brand-form-palette-example =
    Teal #0b5563
    Coral #ff7f50
brand-form-palette-hint = Eine pro Zeile, mit oder ohne Namen.
brand-form-always = Wörter, die jeder Prompt bekommt
brand-form-always-example = soft daylight, matte paper
brand-form-style = Stilwörter, die danach kommen
brand-form-style-example = in the style of a catalogue
brand-form-refused = Wörter, die kein Prompt haben darf
brand-form-refused-example = cheap, blood, ein Name aus der Konkurrenz
brand-form-refused-hint = Mit Kommas dazwischen. Ein solches Briefing wird abgelehnt, bevor es etwas kostet.
brand-form-shape = Seitenverhältnis für Briefings ohne Angabe
brand-form-shape-square = Quadratisch, wie üblich
brand-form-shape-landscape = Querformat 3:2
brand-form-shape-wide = Breit 16:9
brand-form-shape-portrait-4-5 = Hochformat 4:5
brand-form-shape-portrait-2-3 = Hochformat 2:3
brand-form-shape-tall = Hoch 9:16
brand-form-tolerance = Bilder markieren, die von der Palette weiter abweichen als
brand-form-tolerance-hint = CIEDE2000: 2 ist kaum zu sehen, 10 ist ein anderer Ton, 20 eine andere Farbe.
brand-told-none = Dieser Channel hat kein Markenset. Wer sein Budget setzen darf, kann eins anlegen: `/draft brand`.
brand-told-heading = *Das Markenset dieses Channels*
brand-told-palette = Palette: { $colours }
brand-told-no-palette = Palette: keine
brand-told-added = in jedem Prompt ergänzt: { $words }
brand-told-refused = abgelehnt: { $words }
brand-told-shape = Seitenverhältnis: { $shape }
brand-told-flagged = markiert: Bilder, die von der Palette weiter abweichen als { $distance } (CIEDE2000)
brand-changed = <@{ $person }> hat das Markenset dieses Channels gesetzt.
brand-changed-more = Es gilt für neue Briefings. `/draft drift` zeigt, wie nah ihm die bisherigen Bilder sind.
brand-used = :art: Markenset verwendet
brand-used-words = :art: Markenset verwendet, im Prompt ergänzt: { $words }
brand-flagged-grid = { $count ->
        [one] :warning: Bild { $numbers } weicht um { $distance } von der Palette ab: { $shown } statt { $nearest }.
       *[other] :warning: Die Bilder { $numbers } weichen von der Palette ab, { $number } am weitesten: um { $distance }: { $shown } statt { $nearest }.
    }
brand-flagged = { $picture } weicht um { $distance } von der Palette ab: { $shown } { $share } % davon sind etwa `{ $hex }`, am nächsten liegt { $nearest } mit { $apart }
brand-drift = Abweichung von der Palette dieses Channels: { pictures }
brand-drift-head = :bar_chart: *{ $title }*, für <@{ $person }>
brand-drift-more = { $count } weitere
brand-drift-none = Kein Bild weicht weiter von ihr ab als { $distance }.
brand-drift-foot = Höchstens die neuesten { $most }; `/draft drift 50` zeigt weniger. Kostenlos.

## Die Kostenübersicht eines Channels

summary-message-head = *{ $money }* ausgegeben von { $start } bis { $end } ({ $timezone })
summary-message-text = { $title }: { $money } ausgegeben, { $left }
summary-message-top = *Was am meisten gekostet hat*
summary-message-earlier = davon { $money } aus früheren Tagen, seitdem abgerechnet
summary-message-held = { $money } für laufende Arbeit reserviert
summary-message-estimates = vorher genannte Preise lagen meist um { $share } daneben
summary-message-drafts = Entwürfe
summary-message-pro = Pro
summary-message-fixes = Korrekturen
summary-message-approved = Freigegeben
summary-message-per-asset = Kosten pro freigegebenem Asset
summary-message-none-approved = nichts freigegeben
summary-message-per-approval = Entwürfe pro Freigabe
summary-message-per-approval-rerolls = { $drafts }, { $rerolls } Wiederholungen
summary-message-to-approval = Vom Briefing zur Freigabe
summary-message-to-approval-median = { $duration } (Median)
summary-message-waited = Auf Bilder gewartet
summary-message-forecast = *Prognose*
    Bei diesem Tempo { $money } bis einschließlich { $day } ({ $tiers }): { $over ->
        [yes] :warning: *{ $amount } über dem Budget*
       *[no] im Rahmen des Budgets von { $amount }
    }.
summary-message-forecast-tier = { $tier } { $money }
summary-message-since-week = *Verglichen mit der Woche davor*
summary-message-since-day = *Verglichen mit derselben Zeit letzte Woche*
summary-message-quiet-then = Damals wurde nichts gemacht oder ausgegeben.
summary-message-spent-change = ausgegeben: { $change } (vorher { $before })
summary-message-pictures-change = Bilder: { $change } (vorher { $before })
summary-message-approved-change = freigegeben: { $change } (vorher { $before })
summary-message-same = gleich viel
summary-message-from-nothing = erstmals etwas
summary-message-tenfold = mehr als zehnmal so viel
summary-message-up = { $share } mehr
summary-message-down = { $share } weniger
summary-message-day = { $weekday } { $day }. { $month }
summary-message-moment = { $weekday } { $day }. { $month } { $time }
summary-message-seconds = { $count } s
summary-message-minutes = { $count } min
summary-message-hours = { $hours } h

## Ein Kostenbericht, und Kunde und Marge eines Channels

costs-message-head = *{ $money }* ausgegeben in <#{ $channel }>, { $when }
costs-message-text = { $money } ausgegeben in <#{ $channel }>, { $when }
costs-message-page = Seite
costs-message-page-label = Diese Kosten als Seite öffnen
costs-message-csv = CSV
costs-message-csv-label = Diese Kosten als CSV-Datei in diese Unterhaltung stellen
costs-message-foot = „Seite“ ist dein eigener Link, 7 Tage lang: Wer ihn hat, liest, was du lesen darfst. „CSV“ stellt die Datei hier ein.
costs-message-drafts = Entwürfe
costs-message-pro = Pro
costs-message-fixes = Korrekturen
costs-message-no-client = kein Kundenkürzel
costs-message-more = { $count } weitere: { $money }
costs-message-nothing = An diesen Tagen wurde nichts ausgegeben.
costs-message-assets =
    { $count ->
        [one] { $count } Asset
       *[other] { $count } Assets
    }, { $approved } freigegeben
costs-message-margin = mit Marge { $money }
costs-message-currencies = was in { $currencies } ausgegeben wurde, ist hier nicht mitgezählt
costs-message-terms =
    Dieser Channel { $known ->
        [yes] arbeitet für den Kunden `{ $client }`
       *[no] hat kein Kundenkürzel
    }, mit einer Marge von { $margin } % auf die Kosten. Briefings behalten Kunde und Marge, die galten, als sie eröffnet wurden, oder die ersten, die gesetzt wurden.
costs-file-comment = Die Kosten von <#{ $channel }>, { $when }, für <@{ $person }>
costs-file-refused = Slack hat die Datei nicht angenommen. Klick auf „Seite“: Dort gibt es dieselbe Datei.

## Serien: Stresstests und Tabellen

# $kind: stress, table oder product. $title: der Prompt oder der Dateiname, in Anführungszeichen; beim Produkt ohne.
series-what =
    { $kind ->
        [stress] Stresstest zu { $title }
        [table] Serie { $title }
       *[product] { $count ->
            [one] 1 Hintergrund
           *[other] { $count } Hintergründe
        } für { $title }
    }{ $kind ->
        [product] {""}
       *[other] : { pictures }
    }
series-title =
    { $kind ->
        [stress] Stresstest zu { $title }
        [table] Serie { $title }
       *[product] { $title }
    }
# $what: series-what. $title ist von hier an series-title.
series-question = { $what }, { $money }
series-question-over = :warning: das ist mehr, als übrig ist
series-question-more = …und { $count } weitere
series-question-nothing = nichts
series-question-by = angefragt von <@{ $person }>
series-question-size = je { $size }
series-question-free = vor dem Start wird nichts berechnet
series-start = Starten, { $money }
series-cancel = Abbrechen
series-started = { $what }: gestartet von <@{ $person }>.
series-cancelled = { $what }: abgebrochen von <@{ $person }>. Es wurde nichts berechnet.
series-drawing = { $title }: { $done } von { $count } Bildern gezeichnet
series-drawing-head =
    { $icon } *{ $title }*
    `{ $bar }` { $done } von { $count }
series-for = für <@{ $person }>
series-about = { $money }
series-between = Entwürfe von anderen kommen dazwischen
series-stop = 🛑 Stoppen und Fertiges behalten
series-sheet-all =
    { $done ->
        [one] 1 Bild
       *[other] { $done } Bilder
    }
series-sheet-some = { $done } von { $count } Bildern
series-sheet-named =
    { $title }: { $summary }.{ $stopped ->
        [yes] {" "}Gestoppt.
       *[no] {""}
    }
# Was auf series-sheet-named folgt.
series-sheet-next = Wähle welche aus und gib sie frei.
series-sheet-next-react = Klick auf eine Nummer oder reagiere mit ihr, um eins in Pro zu rendern.
series-sheet-nothing = Es wurde nichts berechnet.
series-sheet-react = Klick auf eine Nummer oder reagiere mit ihr, dann wird dieser Hintergrund in *Pro* um dasselbe Produkt gerendert.
series-sheet-failed = :warning: Einige konnten nicht gezeichnet werden und kosten nichts: { $why }
series-left-out =
    { $count ->
        [one] Bild { $numbers } fehlt: Seine Datei ist verloren.
       *[other] Die Bilder { $numbers } fehlen: Ihre Dateien sind verloren.
    }
series-sheet-alt = Kontaktbogen: { $title }: { $labels }
series-sheet-pick = Wähle Bilder aus und gib sie frei: Jedes wird in diesem Thread in *Pro* gerendert.
series-pick = Bilder auswählen
series-approve = Auswahl freigeben
series-zip = Als ZIP herunterladen
series-page = Seite { $page }
series-page-shown = ● Seite { $page }
series-one-file = Häng genau eine CSV-Datei an, damit ich weiß, was ich machen soll. { asset-tables-usage }
series-no-csv = „{ $name }“ ist keine CSV-Datei. { asset-tables-usage }
series-zip-coming = Die Dateien sind auf dem Weg in den Thread.
# $finished davon gibt es in Pro, $inexact haben nicht die verlangte Größe.
series-zip-comment =
    { pictures } mit Manifest, für <@{ $person }>. Es sind Entwürfe mit höchstens { $longest } Pixeln{ $finished ->
        [0] ; für Pro gib eines frei.
        [one] ; eines gibt es auch in Pro, im Ordner `finished`.
       *[other] ; { $finished } gibt es auch in Pro, im Ordner `finished`.
    } { $inexact ->
        [0] Für eine exakte Größe: `/draft deliver`.
        [one] Eines hat nicht die verlangte Größe: Schneide es mit `/draft deliver` zu.
       *[other] { $inexact } haben nicht die verlangten Größen: Schneide sie mit `/draft deliver` zu.
    }
series-zip-refused = Slack hat die Datei gerade nicht angenommen. Klick in einer Minute noch einmal auf die Schaltfläche.
series-nothing-picked = Noch ist nichts ausgewählt. Wähle zuerst Bilder in der Liste neben der Schaltfläche.
series-problem = Bild { $numbers }: { $problem }
series-problem-already = hat schon ein Pro-Bild oder deine Freigabe

## Dateien in exakten Größen

delivery-files =
    { $count ->
        [one] 1 Datei
       *[other] { $count } Dateien
    } von { $prompt } für <@{ $person }>
delivery-no-file = Keine Datei von { $prompt }
delivery-missing = :warning: { $size } fehlt. { $why }
delivery-foot = Exakte Pixel, sRGB. Öffne ein Bild, um es unter seinem Namen herunterzuladen.
delivery-alt = { $picture } von: { $prompt }
delivery-file-alt = { $file }: { $picture } von: { $prompt }
delivery-kilobytes = { $count } kB
delivery-quality = Qualität { $quality }
delivery-extended = Bildfläche erweitert
delivery-cropped = { $percent } % weggeschnitten
delivery-lost = :warning: schneidet { $percent } % dessen ab, was es zeigt
delivery-extend = Mehr darum malen · { $cost }
delivery-extend-named = Mehr um { $name } malen · { $cost }
delivery-seed = { $picture }, Seed { $seed }
delivery-soft = :warning: { $times }-fach vergrößert, wirkt deshalb weich.
delivery-draft = Entwurf { $number }
delivery-pro = Pro-Bild { $number }
delivery-fix = Korrektur { $number }
delivery-form-title = Liefern
delivery-form-send = Liefern
delivery-form-cancel = Abbrechen
delivery-form-head = Dateien von `{ $name }` in exakten Größen, in den zugehörigen Thread.
delivery-form-usual = Übliche Größen
delivery-form-sizes = Andere Größen
delivery-form-sizes-hint = Breite x Höhe in Pixeln, mit Leerzeichen dazwischen.
delivery-form-format = Dateiformat
delivery-form-cap = Maximale Dateigröße
delivery-form-shape = Wenn das Seitenverhältnis abweicht
delivery-form-crop = Zuschneiden, das Motiv behalten (kostenlos)
delivery-form-extend = Drum herum weitermalen (kostet eine Korrektur)

## Limits: Warnungen, und Bitten um mehr

limits-alert = { $percent } % vom Budget dieses Channels sind ausgegeben: { $spent } von { $limit }.
limits-alert-soft = Die Arbeit geht weiter, denn das Limit ist weich.
limits-alert-hard = Bitte um mehr: `/draft budget more 5`.
limits-plea = <@{ $person }> bittet um { $money } mehr für diesen Channel.
limits-plea-reason = <@{ $person }> bittet um { $money } mehr für diesen Channel: { $reason }
limits-plea-waiting = wartet darauf: { $what }
limits-plea-grantors = { $people } oder ein Workspace-Admin entscheidet.
limits-plea-admin = Ein Workspace-Admin entscheidet.
limits-grant = { $money } bewilligen
limits-refuse = Ablehnen
limits-granted = <@{ $by }> hat { $money } mehr bewilligt, wie von <@{ $person }> erbeten.
limits-granted-waiting = <@{ $by }> hat { $money } mehr bewilligt, wie von <@{ $person }> erbeten. Was darauf gewartet hat, ist unterwegs: { $what }.
limits-granted-late = <@{ $by }> hat { $money } mehr freigegeben, um die <@{ $person }> gebeten hatte. Was wartete, wurde vor mehr als einem Tag abgelehnt und läuft nicht von selbst: { $what }. Schick es noch einmal.
limits-refused = <@{ $by }> hat { $money } mehr abgelehnt, um die <@{ $person }> gebeten hatte. Es wurde nichts berechnet.
limits-cap =
    Das Limit für { $kind ->
        [workspace] den ganzen Workspace
        [person] jede Person in diesem Channel
       *[pro] Pro-Bilder in diesem Channel
    } ist { $limit } { $period ->
        [daily] pro Tag
        [weekly] pro Woche
        [monthly] pro Monat
       *[pot] insgesamt
    }; { $used } sind verbraucht.
limits-cap-reached =
    Das würde { $asked } reservieren, aber übrig sind { $left } vom Limit für { $kind ->
        [workspace] den ganzen Workspace
        [person] jede Person in diesem Channel
       *[pro] Pro-Bilder in diesem Channel
    }. Es wurde nichts berechnet.
limits-no-cap = Erledigt. Es gibt jetzt kein solches Limit.

## Antworten auf Befehle und Schaltflächen

answer-done = Erledigt.
answer-done-with = Erledigt. { $state }
answer-signed-out-other = Erledigt. Alle Links von <@{ $person }> zum Editor, zu den Kosten und zur Seite für Fragen nach Bildern sind ungültig.
answer-signed-out = Erledigt. Alle deine Links zum Editor, zu den Kosten und zur Seite für Fragen nach Bildern sind ungültig; „Bild bearbeiten“ in einem Thread gibt dir einen neuen.
answer-style-gone = Erledigt. Der Stil `{ $name }` ist weg; was damit entworfen wurde, bleibt, wie es ist.
answer-rendered-here = Dieses Bild gibt es schon in Pro; sieh im Thread nach.
answer-rendered-there = Dieses Bild gibt es schon in Pro; sieh im Thread seines Rasters nach.
answer-grid-gone = Slack findet dieses Raster nicht mehr.
answer-open-editor = Öffne den Editor: { $url }
answer-went-back-already = Der Thread geht schon von dieser Version aus weiter.
answer-never-mind = { $problem } Falls das Bild nicht für mich gedacht war, ist alles gut.
answer-which-emoji = Welches? Dieses Raster hat { $count } Bilder: Klick auf die Nummer von deinem oder reagiere mit ihr. :{ $emoji }: gibt nur frei, wo es ein einziges Bild gibt.
answer-no-grid-number = Diese Nachricht ist keins meiner Raster, deshalb rendert deine Zahl nichts und kostet nichts. Klick auf eine Nummer unter einem Raster von mir, reagiere dort, oder fang eins an mit `/draft a sunflower on a blue background`.

## Dinge, die beim Namen genannt und so gefunden werden

naming-one-thing = Nenne nur ein Ding auf einmal: `@Draftroom fix the label: make it blue`.
naming-paint = { $problem } Oder klick auf „Bild bearbeiten“ und male es an.
naming-again-or-paint = { $problem } Versuch es noch einmal, oder klick auf „Bild bearbeiten“ und male es an.

## Shortcuts an Nachrichten

shortcut-no-picture = In dieser Nachricht ist kein Bild, das ich öffnen kann. Nimm eine mit einem PNG, JPEG, WebP oder HEIC.
shortcut-this-picture = dieses Bild
shortcut-several-pictures = In dieser Nachricht sind { $count } Bilder. Poste das Bild, das du meinst, einzeln.
shortcut-not-finished = Diese Nachricht zeigt noch kein fertiges Bild. Versuch es noch einmal, wenn es da ist.
shortcut-which-of-grid = Dieses Raster hat { $count } Bilder. Gib eins frei, oder sag, welches: `@Draftroom fix cell 2 center: make it purple` in seinem Thread oder `/draft … --like { $brief }/2`.

## Erwähnungen

mention-one-reference = Häng ein einziges Referenzbild an, nicht mehrere, damit ich weiß, welches zählt.
mention-one-mask = Häng ein einziges Maskenbild an, nicht mehrere, damit ich weiß, welches zählt.
mention-no-grid = Hier ist kein Raster, das ich ändern könnte. Schreib das im Thread eines Rasters oder fang ein neues an: `@Draftroom draft { $words }`.
mention-no-picture = Eine Korrektur braucht ein Bild, und hier ist keins. Antworte im Thread des Rasters oder Pro-Bildes, das du ändern willst. { replies-usage }

## Welche Zusammenfassungen von selbst kommen

wishes-hour = Nenne eine volle Stunde von 0 bis 23, nach der Uhr dieses Channels: `/draft summary at 9`.
wishes-hour-set = Erledigt. Die Zusammenfassungen dieses Channels kommen um { $hour }:00 Uhr.
wishes-none = Erledigt. Hier kommt keine Zusammenfassung von selbst; `/draft summary` zeigt weiterhin die von heute.
wishes-set =
    Erledigt. Dieser Channel bekommt { $which ->
        [daily] tägliche
        [weekly] wöchentliche
       *[both] tägliche und wöchentliche
    } Zusammenfassungen, { $quiet ->
        [yes] auch wenn nichts passiert ist
       *[no] aber nicht, wenn nichts passiert ist
    }.

## Was Personen nicht dürfen, und wen sie fragen können

own-decide = Das kann nur entscheiden, wer darum gebeten hat (<@{ $author }>), oder ein Workspace-Admin.
own-stop-series = Das kann nur stoppen, wer darum gebeten hat (<@{ $author }>), oder ein Workspace-Admin.
own-stop-draft = Diesen Entwurf kann nur stoppen, wer darum gebeten hat (<@{ $author }>), oder ein Workspace-Admin.
own-remove-draft = Diesen Entwurf kann nur entfernen, wer darum gebeten hat (<@{ $author }>), oder ein Workspace-Admin.

## Was dem Bot selbst misslungen ist

picture-gone = Dieses Bild wird nicht mehr aufbewahrt: Niemand hat es rechtzeitig freigegeben. Zeichne es mit 🔁 neu, oder mit `/draft` und seinem Seed.
install-hello = :wave: Ich bin da. Schreib `/draft a red apple on a teal background` für vier Bilder und klick auf die Zahl des Bildes, das dir gefällt. `/draft help` erklärt den Rest.
bot-broke = In Draftroom ist etwas kaputtgegangen. Versuch es noch einmal; geht es wieder nicht, sag es dem, der Draftroom betreibt: Im Log steht, was.
background-given-up = Was du wolltest, wurde dreimal begonnen, und jedes Mal ist Draftroom dabei ausgefallen; es wird nicht noch einmal versucht. Bitte um weniger auf einmal, etwa weniger oder kleinere Dateien; geht auch das nicht, sag es dem, der Draftroom betreibt.
bot-disk-full = Die Festplatte von Draftroom ist voll; nichts wurde getan und nichts berechnet. Sag es dem, der es betreibt, und versuch es dann noch einmal.
slack-refused = Slack hat das nicht getan ({ $code }). Versuch es noch einmal.
text-too-long = Das ist zu lang zum Lesen ({ $count } Zeichen). Bleib unter { $limit }.
post-refused = Slack lässt mich dort nicht posten ({ $code }). Lade mich mit `/invite @Draftroom` in den Channel ein, oder frag einen Workspace-Admin, was mich abhält; dann bitte noch einmal.
# Eine fertige Nachricht, deren Bilder Slack dauerhaft nicht annimmt.
post-without-pictures = :frame_with_picture: Slack nimmt hier keine Dateien an ({ $code }), deshalb kommt dies ohne Bilder. { $known ->
    [yes] Sie sind aufbewahrt: Sobald Dateien wieder erlaubt sind, zeigt sie `/draft show { $brief }`.
   *[no] Sobald Dateien wieder erlaubt sind, frag noch einmal danach.
 }

## Briefings und ihre Raster

grid-unfinished = Dieses Raster ist noch nicht fertig. Wähle eine Zahl, wenn seine Bilder da sind.
grid-no-such-number = Dieses Raster hat { $pictures ->
        [one] 1 Bild
       *[other] { $pictures } Bilder
    }, also gibt es keine Nummer { $number }. Wähle 1 bis { $pictures }.
brief-unknown = Es gibt kein Briefing `{ $brief }`. `/draft mine` listet deine mit ihren Namen.
brief-elsewhere = Das Briefing `{ $brief }` gehört zu <#{ $channel }>. Frag dort danach.
brief-without-pictures =
    Das Briefing `{ $brief }` hat keine Bilder: Sein Entwurf { $state ->
        [queued] wartet noch; das Raster kommt von selbst, warte darauf
        [running] läuft noch; das Raster kommt von selbst, warte darauf
        [failed] hat nicht geklappt; fang mit `/draft` und denselben Worten neu an
        [cancelled] wurde abgebrochen; fang mit `/draft` und denselben Worten neu an
       *[other] ist fertig; fang mit `/draft` und denselben Worten neu an
    }.
fix-nothing-there = Dort sehe ich nichts, was die Farbe bekommen könnte („{ $region }“). Nichts wurde geändert, nichts berechnet. Sag, wo es ist, zum Beispiel `left` oder `center`, oder mal es an: *Bild bearbeiten*.
fix-which-picture = Welches Bild? Gib zuerst eins mit einer Zahl frei, oder nenne es: `@Draftroom fix cell 2 center: make it purple`.
# Bereiche, wie sie in „Korrigiert (gemalter Bereich): „make it blue““ stehen.
fix-painted-region = gemalter Bereich
fix-extended-canvas = erweiterte Bildfläche
# Am Anfang eines Satzes: „Das Pro-Bild zu Bild 2 hat nicht geklappt.“
made-pro = Das Pro-Bild zu Bild { $cell }
made-fix = Die Korrektur „{ $instruction }“
draft-not-running = Dieser Entwurf läuft nicht mehr, also gibt es nichts zu stoppen.
draft-unfinished = Das ist noch nicht fertig. :octagonal_sign: stoppt es, und was nicht gezeichnet ist, kostet nichts.
withdrawn-too-late = Bild { $number } wird schon gerendert; deine Freigabe zurückzunehmen, stoppt es nicht mehr: Es kommt in seinen Thread und wird berechnet. Mit jedem anderen Bild machst du weiter, indem du auf seine Nummer klickst.
withdrawn-nothing = Keine Freigabe von Bild { $number } ist von dir, also gibt es nichts zurückzunehmen. Bitte, wer es freigegeben hat, auf diese Schaltfläche zu klicken.
withdrawn-others = Du hast deine Freigabe von Bild { $number } zurückgenommen. Es wird trotzdem gerendert, denn genügend andere geben es frei: Bitte sie, ihre auch zurückzunehmen.
picture-pro = Pro-Bild { $number } von { $brief }
picture-fix = Korrektur { $number } von { $brief }
variation-how-far = Sag, wie weit die Variationen gehen dürfen: dezent oder stark.

## Briefings, die sich hinziehen

exit-stopped-already = Dieses Briefing wurde schon gestoppt. Klick auf eine Nummer unter einem seiner Raster, um damit weiterzumachen, oder fang mit `/draft` ein neues an.
exit-asked-already = Du hast den Channel schon gefragt. Auch eine Antwort im Thread kann jemanden erreichen.

## Serien

series-decided-already = Das ist schon entschieden.
series-not-running = Diese Serie läuft nicht mehr, also gibt es nichts zu stoppen.
series-nothing-to-download = Es gibt noch keine Bilder zum Herunterladen.

## Das Markenset

brand-may-not = Nur Workspace-Admins und vom Betreiber benannte Personen legen das Markenset fest. Bitte jemanden davon darum.
brand-no-palette = Dieser Channel hat keine Palette, mit der sich Bilder vergleichen ließen. Leg eine fest mit `/draft brand`.
drift-no-pictures = In diesem Channel gibt es noch keine Bilder. Fang an mit `/draft a cupcake on a pink background`.
drift-promised =
    Bin dran: { $pictures ->
        [one] 1 Bild
       *[other] { $pictures } Bilder
    } im Vergleich mit der Palette. Kostenlos.
# Am Anfang von Zeilen wie „Bild 2 weicht um 24.1 von der Palette ab“.
marks-this-picture = Dieses Bild
marks-picture = Bild { $number }
marks-product-kept = geänderte Pixel am Produkt: 0

## Lieferungen

deliver-promised =
    Bin dran: { $files ->
        [one] 1 Datei
       *[other] { $files } Dateien
    } von { $pictures }, { $threads ->
        [one] im zugehörigen Thread
       *[other] in den zugehörigen Threads
    }. { $painted ->
        [yes] Im Thread steht, was das Malen der Bildfläche kostet.
       *[other] Zuschneiden und Skalieren sind kostenlos.
    }
deliver-ordered = Das ist schon bestellt und kostet nicht noch einmal etwas. Willst du es noch einmal, sag es mit `/draft deliver`.
deliver-not-painted = Was über das Bild hinaus nötig ist, konnte nicht gemalt werden.
deliver-none-approved = In diesem Channel ist noch nichts freigegeben und gerendert. Klick zuerst auf eine Nummer unter einem Raster oder reagiere mit ihr.
deliver-no-pictures = Das Briefing `{ $brief }` hat noch keine Bilder, also gibt es nichts zu liefern. Warte auf sein Raster, oder entwirf es mit `/draft` neu.
deliver-which = Welches Bild von `{ $brief }`? Es gibt { $drafts } Entwürfe und noch nichts in Pro: Gib einen frei, oder schreib `{ $brief }/2` für den zweiten.
deliver-no-such-picture = Es gibt kein Bild `{ $picture }`. `{ $brief }` hat { $drafts ->
        [one] 1 Entwurf
       *[other] { $drafts } Entwürfe
    }, { $pros } in Pro und { $fixes ->
        [one] 1 Korrektur
       *[other] { $fixes } Korrekturen
    }.
deliver-too-large = { $picture } auf das Seitenverhältnis von { $wanted } zu erweitern, ergäbe { $extended } Pixel, und das ist mehr, als ich zeichne. Lass `--extend` weg, dann wird zugeschnitten.

## Die Einstellungen eines Channels

rules-may-not = Nur Workspace-Admins und vom Betreiber benannte Personen ändern diese Einstellungen. Bitte jemanden davon, `/draft settings` zu schreiben.
rules-may-not-sign-out = Nur Admins des Workspace, und wen der Betreiber genannt hat, machen die Links anderer ungültig. Bitte jemanden davon; `/draft signout` macht deine eigenen ungültig.
rules-cannot-approve =
    { $person } ist { $kind ->
        [app] eine App
       *[other] ein Gast
    } und kann nicht freigeben. Nimm diesen Eintrag heraus.

## Geld

purse-may-not = Nur Workspace-Admins und vom Betreiber benannte Personen legen Budgets fest. Bitte jemanden davon, das zu schreiben.
# $reached ist ein eigener Satz.
purse-cap-reached = { $reached } Admins können es erhöhen: `/draft budget`.
# $left ist channel-left: „diesen Monat noch $1.20 von $20.00“; es passt hinter „hat“.
purse-too-much = Dafür wären { $asked } zu reservieren, und dieser Channel hat { $left }. Es wurde nichts berechnet. Admins können das Budget mit `/draft budget set 50 monthly` erhöhen; `/draft budget more` bittet darum.
purse-too-much-fits = Dafür wären { $asked } zu reservieren, und dieser Channel hat { $left }. Es wurde nichts berechnet. Das würde passen: `--n { $fits }`. Admins können das Budget mit `/draft budget set 50 monthly` erhöhen; `/draft budget more` bittet darum.
straight-too-much = Für das Pro-Bild wären { $held } zu reservieren, und so viel hat dieser Channel nicht mehr. Es wurde nichts berechnet. Admins können das Budget erhöhen: `/draft budget`.
plea-how-much = Sag, wie viel mehr es sein soll, zum Beispiel `/draft budget more 5 for the launch`.
plea-decided-already = Über diese Bitte ist schon entschieden.
plea-decided-already-by = Über diese Bitte hat <@{ $person }> schon entschieden.
# Was auf Geld wartet, in einem Satz.
plea-too-old = Worum du gebeten hattest, hat mehr als einen Tag gewartet und läuft darum nicht von selbst. Schick es noch einmal.
plea-draft = der Entwurf zu „{ $prompt }“
plea-pro = Bild { $number } in Pro
plea-fix = die Korrektur „{ $instruction }“
terms-told =
    Das Limit ist { $limit ->
        [soft] weich: Es geht weiter, auch wenn nichts mehr übrig ist
       *[other] hart: Es beginnt nichts Neues, wenn nichts mehr übrig ist
    }. Was in einem Zeitraum übrig bleibt, { $rolls ->
        [yes] kommt zum nächsten dazu
       *[other] wird nicht übertragen
    }.

## Die Bild-Engine

engine-seeds-unsaid = Dieser Bildserver verrät nicht, welche Seeds er benutzt hat. Noch einmal gezeichnet, können seine Bilder anders aussehen.
engine-no-seeds = Dieser Bildserver nimmt keine Seeds an, deshalb lassen sich Bilder nicht wiederholen.
engine-no-loras = Das Modell dieser Stufe hat keine LoRA { $names }; das Bild wurde ohne sie gezeichnet.
engine-no-masks = Dieser Bildserver nimmt keine Masken an: Er zeichnet das ganze Bild neu, und nur die Region davon wird verwendet.
engine-smaller = Dieser Bildserver zeichnet in diesem Format höchstens { $came } Pixel, verlangt waren { $asked }.
engine-refuses-all = Die Bild-Engine lehnt die Anfrage in jeder Form ab.
engine-links-elsewhere = Die Bild-Engine hat statt eines Bildes einen Link nach { $target } geschickt. Links zu anderen Servern wird nicht gefolgt.
engine-finds-nothing = Dieser Bildserver kann Dinge nicht an ihrem Namen finden.
engine-models-unreadable = Die Modellliste der Bild-Engine ist nicht lesbar.
engine-mask-unreadable = Die Maske der Bild-Engine ist nicht lesbar.
engine-too-few = Die Bild-Engine hat { $pictures } von { $asked } Bildern geschickt.
engine-late = Die Bild-Engine hat nicht rechtzeitig geantwortet.
engine-unreachable = Die Bild-Engine ist nicht erreichbar.
engine-unexplained = Die Bild-Engine hat mit Status { $status } und ohne Erklärung geantwortet.
engine-says-nothing = Die Bild-Engine hat seit { $seconds } Sekunden nichts gesagt.
engine-redirects = Die Bild-Engine leitet auf eine andere Adresse weiter, wohin kein Bild geschickt wird. Setze DRAFTROOM_ENGINE_URL auf die eigene Adresse des Servers.
engine-event-unreadable = Die Bild-Engine hat ein Ereignis geschickt, das nicht lesbar ist.
engine-event-too-large = Die Bild-Engine hat ein Ereignis geschickt, das zu groß ist.
engine-answer-too-large = Die Antwort der Bild-Engine ist größer, als das Verlangte sein kann.
engine-no-pictures = Die Antwort der Bild-Engine enthält keine Bilder.
engine-no-bytes = Die Bild-Engine hat ein Bild ohne seine Bytes geschickt (b64_json).
engine-undecodable = Die Bild-Engine hat ein Bild geschickt, das sich nicht dekodieren lässt.
engine-not-whole = Die Bild-Engine hat ein Bild geschickt, das nicht vollständig ist.
# $came und $asked sind Größen wie 512×512.
engine-other-size = Die Bild-Engine hat ein Bild von { $came } Pixeln geschickt, verlangt waren { $asked }.
engine-too-large = Die Bild-Engine hat ein Bild von { $came } Pixeln geschickt, das ist zu groß.
engine-other-picture = Die Bild-Engine hat ein Bild geschickt, das keines der { $asked } verlangten ist.
engine-other-count = Die Bild-Engine hat { $pictures } Bilder geschickt, verlangt waren { $asked }.
# $what: seconds, joules, steps, input_tokens oder output_tokens, wie das Protokoll es nennt.
engine-amount = Die Bild-Engine sagt, ein Bild habe { $value } { $what } gebraucht. Das kann nicht sein. Nichts wurde berechnet.
# $edited und $original sind Größen wie (512, 512).
engine-wrong-size = Die Bild-Engine hat { $edited } Pixel geliefert, das Bild hat aber { $original }.
engine-outside-mask = Die Korrektur hätte { $pixels } Pixel außerhalb der Maske geändert und wurde deshalb verworfen.

## Warnungen zu einem Prompt, bevor schnelle Entwürfe gezeichnet werden

advice-text = Schnelle Entwürfe können nicht buchstabieren: Buchstaben und Zahlen im Bild werden falsch.
advice-count = Schnelle Entwürfe zählen nicht: Aus mehr als { $most } von etwas werden mehr oder weniger.
advice-detail = Schnellen Entwürfen misslingen Hände und Gesichter: Finger und Züge brauchen das feinere Modell.
advice-symmetry = Schnelle Entwürfe sind nicht symmetrisch: Links und rechts driften auseinander.
# Dasselbe von einem kleinen Modell, das für Pro kein feineres hat.
advice-text-small = Dieses kleine Modell zeichnet keine Buchstaben oder Zahlen, auch in Pro nicht.
advice-count-small = Dieses kleine Modell zählt nicht über drei, auch in Pro nicht.
advice-detail-small = Dieses kleine Modell zeichnet keine Hände oder Gesichter, auch in Pro nicht.
advice-symmetry-small = Dieses kleine Modell zeichnet nicht symmetrisch, auch in Pro nicht.
# $sentence ist eine der Warnungen; $others eines oder mehrere von advice-other-…, im Akkusativ.
advice-same-goes = { $sentence } Dasselbe gilt für { $others }.
advice-and = { $first } und { $second }
advice-other-text = Text
advice-other-count = genaue Anzahlen
advice-other-detail = Hände und Gesichter
advice-other-symmetry = Symmetrie

## Eine CSV-Datei als Serie von Bildern

asset-tables-usage = Häng eine CSV-Datei an `@Draftroom batch` an. Ihre erste Zeile nennt die Spalten: `prompt` und, wenn du magst, `size` (etwa 1:1, 16:9, 1080x1350 oder story), `variant` (eine Beschriftung), `name`, `seed`, `negative`.
# $columns sind die Namen, die in der Datei stehen: `title`, `colour`
asset-tables-no-prompt-column = Diese Datei hat keine Spalte `prompt`; sie hat { $columns }. { asset-tables-usage }
asset-tables-no-known-column = Diese Datei hat keine Spalte `prompt` und auch sonst keine Spalten, die ich kenne. { asset-tables-usage }
asset-tables-no-rows = Diese Datei hat eine Kopfzeile, aber keine Zeilen darunter. { asset-tables-usage }
asset-tables-too-many-rows = Diese Datei hat { $count } Zeilen; ich mache höchstens { $most } Bilder auf einmal. Teile sie auf.
asset-tables-problems =
    Es wurde nichts gestartet. Bessere diese Zeilen aus und lade die Datei noch einmal hoch:
    { $problems }
asset-tables-problem = • Zeile { $line }: { $problem }
asset-tables-problems-more = …und { $count } weitere.
asset-tables-too-large = Diese Datei ist größer als { $most } kB. Teile sie auf.
asset-tables-not-text = Diese Datei ist keine CSV-Datei: Sie ist kein Text. Speichere die Tabelle als „CSV UTF-8“ und lade die hoch.
asset-tables-not-utf8 = Diese Datei ist nicht in UTF-8. Speichere sie als „CSV UTF-8“ und lade sie noch einmal hoch.
asset-tables-quote = Ein Anführungszeichen öffnet eine Zelle und schließt sie nicht vor dem Komma oder dem Zeilenende.
# $cell ist, was darin steht
asset-tables-split = Die Zelle „{ $cell }“ beginnt mit einem Leerzeichen, als hätte ein Komma den Prompt geteilt. Setz einen Prompt mit Komma in Anführungszeichen, oder nimm das Leerzeichen weg.
asset-tables-cells = Sie hat { $cells } Zellen, die Kopfzeile { $columns ->
        [one] 1 Spalte
       *[other] { $columns } Spalten
    }. Setz in Anführungszeichen, worin ein Komma steht: "a red apple, on teal".
asset-tables-flag = `{ $flag }` geht in einer Tabelle nicht. Von den Schaltern lese ich dort `--ar`, `--seed` und `--no`.
# $column ist der Name einer Spalte, etwa size
asset-tables-twice = `{ $column }` steht in der Spalte und noch einmal im Prompt. Lass eines davon weg.
asset-tables-empty = Diese Datei ist leer. { asset-tables-usage }
asset-tables-no-prompt = Der Prompt fehlt.
asset-tables-long-prompt = Der Prompt hat { $count } Zeichen; ich lese höchstens { $most }.
asset-tables-no-size = „{ $size }“ ist keine Größe, die ich zeichnen kann. Schreib sie wie 1:1, 16:9 oder 1080x1350, zwischen 1:{ $most } und { $most }:1.

## Das Markenset eines Channels

kit-drift-count = Ein Abweichungsdiagramm zeigt 1 bis { $most } Bilder, nicht { $count }.
kit-words-long = Das sind { $count } Zeichen; ich ergänze höchstens { $most }.
kit-refused-limits = Nenne höchstens { $words } Wörter mit je höchstens { $characters } Zeichen, durch Kommas getrennt.
kit-word-clash = „{ $word }“ wird zugleich ergänzt und abgelehnt. Behalte nur eins davon.
kit-no-colour = „{ $line }“ hat keine Hex-Farbe oder mehrere. Schreib eine pro Zeile, etwa `Teal #0b5563`.
kit-colour-name-long = Ein Farbname hat höchstens { $most } Zeichen; „{ $name }“ ist länger.
kit-too-many-colours = Das sind { $count } Farben; eine Palette hat höchstens { $most }.
kit-colour-twice = Eine der Farben steht zweimal da.
kit-no-tolerance = Nenne eine Zahl von 1 bis 100; 20 meldet, was deutlich eine andere Farbe ist.
kit-refused-word = „{ $word }“
# $words: eines oder mehrere von kit-refused-word, mit Kommas dazwischen.
kit-refuses = Das Markenset dieses Channels lehnt { $words } ab. Sag es anders; es wurde nichts berechnet. `/draft brand` zeigt das Set.

## Was an einem getippten Briefing nicht stimmt

# $typed ist ein einzelnes Wort, das einem unserer Befehle ähnelt; $near ist dieser Befehl.
commands-no-command = Den Befehl `/draft { $typed }` gibt es nicht. Meinst du `/draft { $near }`? Um es als Bild zu entwerfen, füge ein Wort hinzu.
commands-no-prompt = Es gibt noch keinen Prompt. Sag, was du sehen möchtest, zum Beispiel `/draft a cat on a teal background`.
commands-long-prompt = Dieser Prompt hat { $count } Zeichen; ich lese höchstens { $most }. Kürze ihn und schick ihn noch einmal.
commands-long-negative-prompt = Dieser Text hinter `--no` hat { $count } Zeichen; ich lese höchstens { $most }. Kürze ihn und schick ihn noch einmal.
commands-strength-alone = `--strength` sagt, wie weit sich die Entwürfe von einem Referenzbild entfernen dürfen, und es gibt keins. Füge eins hinzu: `--like red-apple-2/2` oder einen Link zu einer Nachricht mit einem Bild.
commands-two-references = Es gibt zwei Referenzbilder, das angehängte und `--like`. Behalte nur eins davon.
# $flag: --size, $flags: `--n`, `--ar`, …
commands-unknown-flag = Die Option `{ $flag }` kenne ich nicht. Die Optionen sind { $flags }; `/draft help` erklärt sie.
commands-unknown-flag-near = Die Option `{ $flag }` kenne ich nicht. Meinst du `{ $near }`? Die Optionen sind { $flags }; `/draft help` erklärt sie.
commands-flag-twice = `{ $flag }` steht zweimal da. Behalte nur eins davon.
commands-flag-empty = `{ $flag }` braucht einen Wert, zum Beispiel `{ $example }`.
commands-no-cells = Ein Raster hat 1 bis { $most } Bilder, deshalb passt `--n { $typed }` nicht. Versuch es mit `--n 4`.
commands-no-aspect = `--ar { $typed }` ist kein Seitenverhältnis, das ich zeichnen kann. Gib Breite:Höhe zwischen 1:{ $most } und { $most }:1 an, zum Beispiel `--ar 3:2`.
commands-no-seed = Ein Seed ist eine ganze Zahl von 0 bis { $most }; `{ $typed }` ist keine.

## Dateien in exakten Größen

cropping-bad-profile = Das Farbprofil dieses Bildes ist beschädigt, deshalb kann ich es nicht in sRGB umwandeln.
cropping-too-low = { $width }x{ $height } passt nicht in { $cap } kB; es braucht etwa { $reached } kB und sähe darunter schlecht aus.
cropping-too-low-png = { $width }x{ $height } passt nicht in { $cap } kB; es braucht etwa { $reached } kB und sähe darunter schlecht aus. Versuch es mit `--format jpg`.

## Was geliefert werden soll

deliveries-usual-square = Instagram Quadrat
deliveries-usual-portrait = Instagram Hochformat
deliveries-usual-story = Story oder Reel
deliveries-usual-facebook = Facebook-Link
deliveries-usual-x = X-Post
deliveries-usual-linkedin = LinkedIn-Link
deliveries-usual-youtube = YouTube-Thumbnail
deliveries-usual-pinterest = Pinterest-Pin
# $names: `square`, `portrait`, …
deliveries-usage = Schreib `/draft deliver NAME SIZES`, zum Beispiel `/draft deliver red-apple-2 1080x1080 story --max 500kb`. Größen sind Pixel oder { $names }; `/draft mine` nennt die Namen.
deliveries-no-picture = Welches Bild? { deliveries-usage }
deliveries-no-size = Welche Größe? { deliveries-usage }
deliveries-unknown-word = `{ $word }` ist weder eine Größe noch der Name eines Bildes. { deliveries-usage }
deliveries-flag-empty = `{ $flag }` braucht einen Wert, zum Beispiel `--max 500kb` oder `--format png`.
deliveries-unknown-flag = Die Option `{ $flag }` kenne ich hier nicht. Es gibt `--max 500kb`, `--format png`, `--extend`.
deliveries-too-many-sizes = Das sind { $count } Größen; ich mache höchstens { $most } auf einmal.
deliveries-too-many-pictures = Das sind { $count } Bilder; ich liefere höchstens { $most } auf einmal.
deliveries-too-many-files = Das ergibt { $count } Dateien; ich liefere höchstens { $most } auf einmal. Nimm weniger Größen.
deliveries-unknown-format = Ich schreibe jpg, png und webp, nicht `{ $format }`.
deliveries-bad-side = `{ $size }` kann ich nicht liefern: Jede Seite hat { $least } bis { $most } Pixel.
deliveries-no-cap = `--max { $typed }` ist keine Dateigröße. Schreib sie wie `--max 500kb` oder `--max 2mb`.
deliveries-low-cap = In { $cap } Bytes passt kein Bild. Erlaube `--max { $least }kb` oder mehr.

## Mehrere Bereiche in einer Korrektur

fixes-and = { $first } und { $second }

## Kopien, auf denen gezeichnet wurde

markup-no-copy = Das sieht nicht nach einer bemalten Kopie dieses Bildes aus. Speichere das Bild, zeichne darauf und lade es hier hoch; es darf etwas beschnitten sein, aber nicht gedreht.
markup-nothing-drawn = Ich sehe auf dieser Kopie nichts Gezeichnetes. Übermale in einer kräftigen Farbe, was sich ändern soll, und lade sie noch einmal hoch.

## Bilder und Masken, die jemand schickt

# Welche Datei gemeint ist, am Anfang der drei Sätze darunter.
masks-what = { $what ->
        [picture] Dieses Bild
        [product] Das Produktbild
        [attached] Das angehängte Bild
        [mask] Die angehängte Maske
        [selection] Die Auswahl
       *[file] Diese Datei
    }
masks-too-large = { masks-what } hat { $width }×{ $height } Pixel; ich öffne höchstens { $most } Megapixel. Verkleinere es auf höchstens { $fit_width }×{ $fit_height } und schick es noch einmal.
masks-far-too-large = { masks-what } hat weit mehr als die { $most } Megapixel, die ich öffne. Schick etwas Kleineres.
masks-no-picture = { masks-what } ist kein Bild, das ich öffnen kann. Häng ein PNG, JPEG, WebP oder HEIC an.
masks-nothing-left = Dann bleibt nichts übrig, was sich ändern darf. Nenne einen kleineren Bereich, der bleiben soll.
masks-other-size = Die Maske hat { $width }×{ $height } Pixel, das Bild { $picture_width }×{ $picture_height }. Speichere die Maske in der Größe des Bildes und schick sie noch einmal.
masks-empty = Die Maske markiert nichts. Male weiß (oder radiere transparent), wo sich das Bild ändern darf.

## Bereiche in Worten

regions-examples = `left`, `top-right`, `center`, Rasterfelder wie `B2:C3` oder Prozentwerte wie `10% 20% 60% 80%`; `everything except B2:C3` meint den Rest
# $shown ist, was getippt wurde, oder regions-nothing
regions-unknown = Den Bereich „{ $shown }“ kenne ich nicht. Sag { regions-examples } oder übermale ihn im Editor.
regions-nothing = nichts
regions-off-picture = Dieser Ausschnitt liegt außerhalb des Bildes: Prozentwerte gehen von 0 (links, oben) bis 100 (rechts, unten), zum Beispiel `10% 20% 60% 80%`.
regions-empty = Dieser Ausschnitt ist leer. Gib links, oben, rechts und unten in Prozent an: `10% 20% 60% 80%`.
# $column ist der Buchstabe der letzten Spalte.
regions-off-grid = Dieses Feld liegt außerhalb des Bildes: Spalten gehen von A bis { $column } und Zeilen von 1 bis { $rows }, zum Beispiel `B2:C3` für die Mitte.

## Worum in einem Thread gebeten wird

replies-usage = Schreib `@Draftroom fix REGION: INSTRUCTION`, zum Beispiel `@Draftroom fix center: make it purple`. Bereiche sind { regions-examples }; oder häng ein Maskenbild an. Mehrere auf einmal: `fix left: make it purple; right: remove it`.
replies-empty-tweak = Ich sehe nicht, was ich ändern soll. Sag es so: `@Draftroom warmer light, no clutter`.
replies-too-many-regions = Das sind { $count } Bereiche; ich korrigiere höchstens { $most } auf einmal.
replies-no-instruction = Ich sehe nicht, was ich ändern soll. { replies-usage }
replies-long-instruction = Diese Anweisung hat { $count } Zeichen; ich lese höchstens { $most }. Kürze sie und schick sie noch einmal.
replies-no-region = Ich sehe nicht, wo ich es ändern soll. { replies-usage }

## Stresstests

stress-usage = Zum Beispiel `/draft stress 50 a strawberry on a cream background`.
stress-bad-count = Ein Stresstest hat 2 bis { $most } Bilder, deshalb passt { $count } nicht. { stress-usage }
stress-number-twice = Ein Stresstest nennt seine Anzahl zuerst, lass also `--n` weg. { stress-usage }
stress-is-series = Das ist eine Serie, kein einzelner Prompt. Starte stattdessen eine neue. { stress-usage }

## Was ein Stresstest variiert, unter seinen Bildern

# Das erste Bild, aus dem Prompt, wie er getippt wurde; die anderen zeigen zwei der folgenden Wörter.
spread-as-typed = wie getippt
# Licht
spread-soft-light = weiches Licht
spread-hard-light = hartes Licht
spread-golden-hour = goldene Stunde
spread-backlit = Gegenlicht
spread-neon = Neon
spread-overcast = bedeckt
# Objektiv
spread-wide = Weitwinkel
spread-50-mm = 50 mm
spread-tele = Tele
spread-macro = Makro
spread-shallow = offene Blende
# Palette
spread-pastel = Pastell
spread-monochrome = monochrom
spread-vivid = kräftig
spread-earthy = erdig
spread-cool = kühl
spread-warm = warm
spread-complementary = komplementär
# Komposition
spread-centred = mittig
spread-left-third = linkes Drittel
spread-right-third = rechtes Drittel
spread-top-down = von oben
spread-low-angle = von unten
spread-large = groß
spread-small = klein

## Stile

styles-unknown = Einen Stil `{ $name }` gibt es hier nicht. `/draft style list` zeigt alle; `/draft style save NAME WORDS…` legt einen an.
# $near: bis zu drei Namen, verbunden durch styles-or
styles-unknown-near = Einen Stil `{ $name }` gibt es hier nicht. Meinst du { $near }? `/draft style list` zeigt alle; `/draft style save NAME WORDS…` legt einen an.
styles-or = { $first } oder { $second }
styles-bad-name = `{ $name }` kann kein Stilname sein. Nimm 1 bis 30 Buchstaben, Ziffern und Bindestriche, etwa `spring-launch`.
styles-no-words = Welche Wörter soll er ergänzen? Zum Beispiel `/draft style save spring soft light, pale green`.
styles-long-words = Das sind { $count } Zeichen; ein Stil hat höchstens { $most }.
styles-too-many = Dieser Channel hat schon { $most } Stile. Lösch einen: `/draft style drop NAME`.
styles-bundled = `{ $name }` gehört zu Draftroom und lässt sich nicht löschen. Speicherst du einen Stil mit diesem Namen, ersetzt er ihn.
lora-unknown = Die Bildmaschine hat keine LoRA `{ $name }`. { $names ->
        [none] Sie hat keine.
       *[other] Sie hat { $names }.
    } `/draft style list` zeigt alle Stile.

## Wie ein Prompt aus einem anderen entstand

tweaks-replaced = „{ $old }“ → „{ $new }“
tweaks-added = neu: „{ $words }“
tweaks-dropped = gestrichen: „{ $words }“

## Wörter, die ein kleines Modell nicht kennt

vocabulary-word = „{ $word }“
vocabulary-word-near = „{ $word }“ (am nächsten: „{ $near }“)
# $words sind diese beiden, mit Kommas dazwischen; $more Wörter bleiben ungenannt.
vocabulary-unknown = { $more ->
        [0] Das Modell kennt { $words } nicht und hat deshalb den Rest des Prompts gezeichnet.
       *[other] Das Modell kennt { $words } und noch { $more } mehr nicht und hat deshalb den Rest des Prompts gezeichnet.
    }
# $words: bis zu drei, in Anführungszeichen; $cells: die Nummern der Bilder; $all: ja, wo jedes von mehreren
draft-words-missing = { $one ->
        [yes] Nicht lesbar wie verlangt: { $words }
       *[no] { $all ->
            [yes] In keinem Bild lesbar wie verlangt: { $words }
           *[no] In { $cells } nicht lesbar wie verlangt: { $words }
        }
    }{ $more ->
        [0] { "" }
       *[other] {" "}und { $more } mehr
    }. Schau genau hin, bevor du es verwendest.
vocabulary-before = Diese Wörter kennt das Modell nicht und lässt sie weg: { $words }.
# Was getippt wurde, enthält nichts, was das Modell kennt; vor dem Zeichnen und danach.
vocabulary-none-before = Das Modell kennt keines dieser Wörter: { $words }. Was es zeichnet, richtet sich also nach keinem davon. { -vocabulary-known }
vocabulary-none = Das Modell kennt keines dieser Wörter: { $words }. Was es gezeichnet hat, richtet sich also nach keinem davon. { -vocabulary-known }
-vocabulary-known = Nenn etwas, was es kennt, zum Beispiel „an apple“, „a cat“ oder „a car“.
vocabulary-and-more = { $more ->
        [one] { $words } und noch eines
       *[other] { $words } und noch { $more } weitere
    }
# Kommt nach einem der Sätze oben, wenn vermutlich in der Sprache getippt wurde, die hier gesprochen wird.
vocabulary-english = Dieses Modell versteht nur Englisch: Schreib zum Beispiel „a red apple on white“.
vocabulary-style = Das Modell kennt nur wenige Wörter des Stils „{ $name }“, deshalb ist er vielleicht kaum zu sehen.

## Budgets, wie sie getippt werden

-budget-how = Zum Beispiel: `50 monthly`, `12.50 weekly`, `2 daily` oder `100 pot`.
budget-text-empty = Sag, wie viel und wie oft. { -budget-how }
# $currency und $sign sind Codes oder Zeichen von Währungen: „USD“, „€“.
budget-text-currency = Beträge sind hier in { $currency }, nicht in { $sign }. { -budget-how }
budget-text-decimals = Höchstens sechs Nachkommastellen zählen, und „{ $typed }“ hat mehr. { -budget-how }
budget-text-too-large = Ein Budget kann hier höchstens { $largest } sein. { -budget-how }
budget-text-negative = Ein Budget kann nicht negativ sein. { -budget-how }
budget-text-no-amount = „{ $typed }“ ist kein Betrag. { -budget-how }
budget-text-digits = Bitte schreib den Betrag mit den Ziffern 0 bis 9. { -budget-how }
budget-text-sign-behind = Lass das Währungszeichen weg oder setz es vor die Zahl. { -budget-how }
budget-text-which = Ist „{ $typed }“ tausend, oder eins? Schreib `{ $thousands }`, oder lass die Nullen weg. { -budget-how }
budget-text-commas = Schreib den Betrag ohne Kommas, mit einem Punkt vor den Nachkommastellen. { -budget-how }
# Die Wörter daily, weekly, monthly und pot werden getippt und bleiben deshalb englisch.
budget-text-how-often = Sag auch, wie oft: daily (täglich), weekly (wöchentlich), monthly (monatlich) oder pot für eine feste Summe. { -budget-how }
budget-text-exponent = Schreib den Betrag aus, ohne Exponent. { -budget-how }
budget-text-unknown = „{ $typed }“ ist kein Budget. { -budget-how }

## Was das Kassenbuch ablehnt

ledger-over-budget = Das braucht { $asked }, und vom Budget dieses Channels sind { $left } übrig.

## Wie eine Zusammenfassung heißt

summary-title-daily = Tägliche Kostenübersicht
summary-title-today = Heute bis jetzt
summary-title-this-week = Diese Woche bis jetzt
# $day ist der Tag, mit dem die Woche beginnt, $month ein kurzer Name: „Woche vom 2. Nov.“.
summary-title-weekly = Woche vom { $day }. { $month }

## Das Diagramm einer Zusammenfassung und sein Alternativtext

summary-chart-tier-draft = Entwurf
summary-chart-tier-pro = Pro
# Steht auf schmalen Balken (126 Pixel): „Korrektur“ wäre zu breit.
summary-chart-tier-fix = Fix
summary-chart-budget-daily = Budget heute
summary-chart-budget-weekly = Budget diese Woche
summary-chart-budget-monthly = Budget diesen Monat
# Das Budget ist eine feste Summe ohne Zeitraum.
summary-chart-budget-pot = Budget
# Die Überschrift, wo der Name des Channels nicht bekannt ist.
summary-chart-untitled = Zusammenfassung
summary-chart-titled-span = { $title }: { $span }
# $weekday und $month sind kurze Namen: „Mo. 2. Nov., 09:00“.
summary-chart-moment = { $weekday } { $day }. { $month }, { $time }
summary-chart-span = { $start } – { $end }
# Unter einem großen Geldbetrag. $count wählt die Form, $shown ist dieselbe Zahl mit Trennzeichen.
summary-chart-for-pictures =
    { $count ->
        [one] für { $shown } Bild
       *[other] für { $shown } Bilder
    }
# Unter einer großen Zahl.
summary-chart-approved = freigegeben
# Unter einem großen Geldbetrag: was jedes freigegebene Bild gekostet hat.
summary-chart-per-approved = pro Freigabe
summary-chart-last-days = Letzte { $days } Tage
summary-chart-nothing = Nichts ausgegeben
# Über dem Balken des Budgets, neben „Budget diesen Monat“.
summary-chart-left = { $left } von { $limit } übrig
summary-chart-over = { $over } über { $limit }
summary-chart-used = { $spent } ausgegeben ({ $share })
summary-chart-used-and-held = { $spent } ausgegeben ({ $share }) · { $held } für Laufendes
summary-chart-share = { $share } %
summary-chart-share-small = unter 1 %
summary-chart-forecast = Prognose zum { $day }. { $month }: { $amount }
summary-chart-forecast-over = Prognose zum { $day }. { $month }: { $amount }, { $over } darüber
summary-alt = Zusammenfassung für { $about }: { $spent } ausgegeben ({ $tiers }) für { $pictures }, { $approved }. { $period }: { $used } von { $limit } ausgegeben, { $held } reserviert, { $left }. Letzte { $count } Tage: { $days }.
summary-alt-with-forecast = { $text } { $forecast }.
# $name ist eine Stufe oder ein Wochentag: „Entwurf $0.0042“, „Mo. $1.20“.
summary-alt-amount = { $name } { $amount }
summary-alt-pictures =
    { $count ->
        [one] { $shown } Bild
       *[other] { $shown } Bilder
    }
summary-alt-approved = { $count } freigegeben
summary-alt-approved-each = { $count } freigegeben zu je { $each }
summary-alt-left = { $left } übrig
summary-alt-over = { $over } darüber

## Tage, über die ein Bericht geht

span-one-day = { $day }. { $month } { $year }
# „1.–15. Nov. 2026“
span-in-month = { $first }.–{ $last }. { $month } { $year }
# „28. Nov. – 3. Dez. 2026“
span-in-year = { $first }. { $first_month } – { $last }. { $month } { $year }
# „28. Dez. 2026 – 3. Jan. 2027“
span-over-years = { $first }. { $first_month } { $first_year } – { $last }. { $month } { $year }
-span-how = Sag `today`, `yesterday`, `week`, `last week`, `month`, `last month`, einen Monat wie `2026-11` oder zwei Tage wie `2026-11-01..2026-11-15`.
span-unknown = „{ $typed }“ ist kein Zeitraum, den ich kenne. { -span-how }
span-no-such-day = Den Tag { $day } gibt es im Kalender nicht. { -span-how }
span-years = Berichte gehen über die Jahre { $first } bis { $last }. { -span-how }
span-backwards = { $last } liegt vor { $first }. Schreib den früheren Tag zuerst.
span-too-long = Ein Bericht geht über höchstens { $days } Tage. Wähle einen kürzeren Zeitraum.

## Befehle zu Kosten, Kunden und Margen

# $words und $last sind Wörter, die getippt werden: „tier, person, brief, client“ und „day“.
costs-grouping-unknown = Kosten lassen sich nach { $words } oder { $last } aufschlüsseln, nicht nach „{ $typed }“. Zum Beispiel: `/draft costs last month by person`.
costs-client-malformed = Ein Kundenkürzel ist ein Wort aus höchstens { $limit } Buchstaben und Ziffern, mit . _ / - dazwischen: zum Beispiel `/draft client ACME-26`. `/draft client none` entfernt es. Es wurde nichts geändert.
costs-margin-malformed = Eine Marge ist eine Prozentzahl von 0 bis { $limit }, mit höchstens zwei Nachkommastellen, die auf die Kosten kommt: zum Beispiel `/draft margin 20%`. Es wurde nichts geändert.
costs-terms-not-allowed = Nur Workspace-Admins und vom Betreiber benannte Personen legen Kunden und Margen fest. Bitte jemanden davon, das zu schreiben. Es wurde nichts geändert.

## Die Kostenseite

costs-page-link-expired = Dieser Link ist abgelaufen oder nicht vollständig.
costs-page-not-inside = Wer diesen Link gegeben hat, ist nicht mehr in seinem Channel. Bitte jemanden im Channel um einen neuen.
costs-page-link-void = Wer diesen Link erstellt hat, hat sich inzwischen abgemeldet; er gilt deshalb nicht mehr.
costs-page-refused = Dieser Link öffnet nichts
costs-page-refused-help = Schreib `/draft costs` in den Channel und klick auf „Seite“: So entsteht ein neuer Link. Hat dir jemand diesen hier geschickt, bitte dort um einen neuen.
costs-page-no-picture = So ein Bild gibt es in diesem Channel nicht.
# $place ist ein Channel, $span sind Tage: „Kosten von #sunflower-spring, 1.–30. Nov. 2026“.
costs-page-title = Kosten von { $place }, { $span }
costs-page-heading = Kosten von { $place }
# $zone ist eine Zeitzone: „Europe/Berlin“.
costs-page-days = { $span } · Tage in { $zone }
costs-page-download = CSV herunterladen
# $currencies sind Codes: „EUR, USD“.
costs-page-other-currencies = Was an diesen Tagen in { $currencies } ausgegeben wurde, zählt hier nicht mit.
costs-page-nothing = An diesen Tagen wurde nichts ausgegeben.
costs-page-over-time = Ausgaben im Zeitverlauf
costs-page-by-tier = Nach Stufe
costs-page-by-person = Nach Person
costs-page-by-client = Nach Kunde
costs-page-by-asset = Nach Asset
# Spaltenköpfe.
costs-page-tier = Stufe
costs-page-person = Person
costs-page-client = Kunde
costs-page-asset = Asset
costs-page-picture = Bild
costs-page-spent = Ausgegeben
costs-page-share = Anteil
costs-page-total = Summe
costs-page-drafts = Entwürfe
costs-page-pro = Pro
costs-page-fixes = Korrekturen
costs-page-with-margin = Mit Marge
# In einer Zelle: „12.5 %“.
costs-page-percent = { $share } %
costs-page-no-client = Kein Kundenkürzel
costs-page-note = Arbeit zählt an dem Tag, an dem ihr Geld zurückgelegt wurde, mit dem, was sie wirklich gekostet hat; Beträge sind in { $currency }, auf ein Millionstel genau. Die Summe ist { $total }.
costs-page-expiry = Wer die Adresse dieser Seite hat, kann sie bis { $moment } lesen. Für eine neue schreib `/draft costs` in den Channel.
# Namen der großen Zahlen oben, und was klein darunter steht.
costs-page-card-spent = Ausgegeben
costs-page-card-assets =
    { $count ->
        [one] { $count } Asset
       *[other] { $count } Assets
    }
costs-page-card-margin = Mit Marge
costs-page-card-on-top = { $percent } % auf die Kosten
costs-page-card-margins-differ = Margen je Asset verschieden
costs-page-card-approved = Freigegeben
costs-page-card-of-assets =
    { $count ->
        [one] von { $count } Asset
       *[other] von { $count } Assets
    }
costs-page-card-each = Pro freigegebenem Asset
costs-page-card-each-how = alle Ausgaben geteilt durch freigegebene Assets
costs-page-dearest = Das sind die { $shown } teuersten von { $count } Assets; in den Summen und in der CSV-Datei zählen alle mit.
costs-page-approved-by = Freigegeben von { $people }
costs-page-not-approved = Nicht freigegeben
costs-bars-figures = Die Zahlen des Diagramms
# Köpfe einer Spalte mit Daten: Ein Balken ist ein Tag, oder eine Woche oder ein Monat ab diesem Tag.
costs-bars-head-day = Tag
costs-bars-head-week = Woche ab
costs-bars-head-month = Monat ab
costs-bars-total = Summe
# Unter einem Balken, der ein Tag oder eine Woche ist, und unter einem, der ein Monat ist.
costs-bars-day = { $day }. { $month }
costs-bars-month = { $month } { $year }
# Erscheint, wenn man auf einen Balken zeigt. $amounts sind mehrere costs-bars-amount.
costs-bars-bar = { $day }: { $amounts }
costs-bars-bar-empty = { $day }: nichts
# „Entwürfe $0.0042“
costs-bars-amount = { $tier } { $amount }
# Für alle, die das Diagramm nicht sehen. $busiest ist ein Datum, $most, was ab da ausgegeben wurde.
costs-bars-alt-day = Ausgaben nach Tagen: { $bars } Balken, insgesamt { $total }; am meisten ab { $busiest }: { $most }.
costs-bars-alt-week = Ausgaben nach Wochen: { $bars } Balken, insgesamt { $total }; am meisten ab { $busiest }: { $most }.
costs-bars-alt-month = Ausgaben nach Monaten: { $bars } Balken, insgesamt { $total }; am meisten ab { $busiest }: { $most }.

## Das Diagramm der Abweichung von einer Palette

# Unter dem Namen des Kanals, über der Palette.
drift-chart-about = Wie weit seine Bilder von seinen Farben abweichen
# Zahlen sind Abstände von Farben; was über einer Toleranz liegt, wird gemeldet.
drift-chart-figures-calm =
    { $pictures ->
        [one] 1 Bild · die Hälfte bis { $median } · keins gemeldet
       *[other] { $pictures } Bilder · die Hälfte bis { $median } · keins gemeldet
    }
drift-chart-figures =
    { $pictures ->
        [one] 1 Bild · die Hälfte bis { $median } · { $flagged } gemeldet über { $tolerance }
       *[other] { $pictures } Bilder · die Hälfte bis { $median } · { $flagged } gemeldet über { $tolerance }
    }
# An der Linie im Diagramm.
drift-chart-limit = gemeldet über { $tolerance }
# Am unteren Rand: In dieser Reihenfolge stehen die Bilder.
drift-chart-order = ältestes bis neuestes Bild
drift-alt-calm =
    { $pictures ->
        [one] Diagramm, wie weit 1 Bild von der Palette { $palette } abweicht: { $largest }, { $flagged } gemeldet über { $tolerance }.
       *[other] Diagramm, wie weit { $pictures } Bilder von der Palette { $palette } abweichen: die Hälfte bis { $median }, am weitesten { $largest }, { $flagged } gemeldet über { $tolerance }.
    }
# $named ist eine Liste von drift-alt-picture, oder drift-alt-more.
drift-alt =
    { $pictures ->
        [one] Diagramm, wie weit 1 Bild von der Palette { $palette } abweicht: { $largest }, { $flagged } gemeldet über { $tolerance }: { $named }.
       *[other] Diagramm, wie weit { $pictures } Bilder von der Palette { $palette } abweichen: die Hälfte bis { $median }, am weitesten { $largest }, { $flagged } gemeldet über { $tolerance }: { $named }.
    }
# $name ist der Name eines Bildes.
drift-alt-picture = { $name } { $distance }
drift-alt-more = { $named } und { $count } weitere

## Bögen und Farbfelder

# Beschriftungen auf zwei Bildern nebeneinander.
sheet-before = Vorher
sheet-after = Nachher
# Unter einem Bild einer Serie. $distance ist eine Zahl, $label sagt, was an dem Bild anders ist.
series-sheet-off-palette = Abweichung { $distance } · { $label }
# $colours ist eine Liste wie „navy #0a1a3f, #ffffff“.
swatches-alt =
    { $count ->
        [one] Palette mit einer Farbe: { $colours }
       *[other] Palette mit { $count } Farben: { $colours }
    }

## Die Links zum Editor

# „Bild bearbeiten“ ist der Knopf unter einem Bild in einem Thread.
editor-too-many-streams = Diese Seite ist zu oft zugleich offen. Schließ einige ihrer Tabs.
editor-link-broken = Dieser Link gilt nicht: Er ist abgelaufen oder nicht vollständig. Klick im Thread auf „Bild bearbeiten“, um einen neuen zu bekommen.
editor-link-void = Du hast dich abgemeldet, deshalb gilt dieser Link nicht mehr. Klick im Thread auf „Bild bearbeiten“, um einen neuen zu bekommen.

## Der Editor: was eine Anfrage nicht bekommt

editor-unreadable = Diese Anfrage ist nicht lesbar. Lade die Seite neu.
editor-not-inside = Dieser Link ist für Mitglieder des Channels. Tritt ihm in Slack bei und öffne den Editor dann erneut am Bild.
editor-foreign-page = Diese Anfrage kam nicht von der eigenen Seite des Editors.
editor-too-much = Das ist zu viel auf einmal: mehr als { $megabytes } MB.
site-no-file = So eine Datei gibt es nicht.
editor-no-whole-number = „{ $text }“ ist keine ganze Zahl von { $least } bis { $most }.
editor-no-version = Diese Anfrage nennt keine Version. Lade die Seite neu.
editor-no-key = Diese Anfrage hat keinen eigenen Schlüssel. Lade die Seite neu.
editor-candidates-limit = Nimm 1 bis { $most } Vorschläge.
editor-regions-limit = Eine Anfrage hat 1 bis { $most } Bereiche.
editor-instruction-missing = Sag, was dort zu sehen sein soll: Eine Anweisung fehlt.
editor-instruction-long = Diese Anweisung hat { $count } Zeichen; ich lese höchstens { $most }. Kürze sie.
editor-selection-size = Die Auswahl hat { $width }×{ $height } Pixel, das Bild { $picture_width }×{ $picture_height }. Lade die Seite neu und wähle noch einmal aus.
editor-selection-empty = Nichts ist ausgewählt. Übermale, was sich ändern soll.
editor-selection-missing = Jeder Bereich braucht seine Auswahl. Lade die Seite neu und wähle noch einmal aus.
editor-selection-none = Diese Version entstand ohne Auswahl.
editor-discarded-already = Dieses Ergebnis hast du schon verworfen. Gib die Korrektur neu in Auftrag.
editor-version-foreign = Diese Version gehört nicht zu diesem Thread.
editor-job-foreign = Diese Korrektur gehört nicht zu diesem Thread.
editor-stop-not-yours = Nur <@{ $person }> kann diese Korrektur stoppen, denn von dort kam sie.

## Der Editor: Bereiche, wie sie im Thread bei „Korrigiert“ und „Angepasst“ stehen

editor-region-painted = gemalter Bereich
editor-region-numbered = Bereich { $number }
editor-region-extended = erweiterte Bildfläche
editor-region-whole = ganzes Bild
editor-region-selection = Auswahl
editor-region-marked = markierter Bereich

## Die Bildfläche erweitern

extend-how-far = Sag, wie weit links, rechts, oben und unten erweitert werden soll, in Prozent.
extend-limit = Eine Seite lässt sich auf einmal um höchstens { $most } % erweitern.
extend-no-side = Wähle eine Seite zum Erweitern.
extend-too-large = Das ergäbe { $width }×{ $height } Pixel; ich zeichne höchstens { $most } pro Seite. Erweitere um weniger oder geh von einer kleineren Version aus.

## Anpassungen

adjust-unknown = Eine Anpassung hat Belichtung, Kontrast, Wärme und Sättigung.
adjust-range =
    { $what ->
        [exposure] Belichtung geht von -{ $most } bis { $most }.
        [contrast] Kontrast geht von -{ $most } bis { $most }.
        [warmth] Wärme geht von -{ $most } bis { $most }.
       *[saturation] Sättigung geht von -{ $most } bis { $most }.
    }
adjust-nothing = Noch ist nichts verstellt. Beweg zuerst einen Regler.
# Ein Teil einer Liste wie „Belichtung +0.5, Wärme −20“.
adjust-moved =
    { $what ->
        [exposure] Belichtung { $by }
        [contrast] Kontrast { $by }
        [warmth] Wärme { $by }
       *[saturation] Sättigung { $by }
    }
# $words ist so eine Liste, $region editor-region-whole oder editor-region-selection.
adjust-done = Angepasst ({ $region }): { $words }
adjust-done-for = :level_slider: *Angepasst ({ $region }):* { $words } für <@{ $person }>
adjust-compared-alt = Vor und nach der Anpassung { $words } von: { $prompt }
adjust-picture-alt = Das angepasste Bild: { $prompt }; { $words }
adjust-facts = geänderte Pixel außerhalb der Maske: 0 · kein Modell · kostenlos · { $left }
adjust-kept = Die vorige Version bleibt erhalten. :leftwards_arrow_with_hook: geht zu ihr zurück.
adjust-compared-file-alt = Vorher und nachher: { $words }
adjust-picture-file-alt = Angepasst: { $words }

## Der Editor im Thread

editor-paint-it = 🖌️ Übermalen
editor-link-told = Hier ist dein Weg zu diesem Bild, nur für dich.
editor-link-open = Editor öffnen
editor-link-terms = Der Link gehört dir und gilt { $hours } h. `/draft signout` macht alle deine Links ungültig.
editor-went-back = <@{ $person }> ist zu { $title } zurückgegangen. Die nächste Korrektur beginnt dort; spätere Versionen bleiben erhalten.
editor-stopped = <@{ $person }> hat die Korrektur { $instruction } gestoppt. Es wurde nichts berechnet.
editor-grid-unfinished = Dieses Raster ist noch nicht fertig. Frag noch einmal, wenn seine Bilder da sind.

## Bemalte Kopien

markup-no-picture = In diesem Thread gibt es noch kein fertiges Bild, von dem das eine Kopie sein könnte.
markup-nothing-to-compare = Es gibt nichts, womit sich diese Kopie vergleichen lässt.
markup-say-what = Sag, was dort zu sehen sein soll.
markup-dealt-with = Dieses markierte Bild ist schon erledigt. Lade es noch einmal hoch, um neu zu beginnen.
# $percent ist 0 bei weniger als 1 %; $instruction steht in Anführungszeichen.
markup-understood =
    <@{ $person }> hat { $percent ->
        [0] weniger als 1 %
       *[other] { $percent } %
    } des Bildes markiert, für { $instruction }
markup-understood-silent =
    <@{ $person }> hat { $percent ->
        [0] weniger als 1 %
       *[other] { $percent } %
    } des Bildes markiert. Was soll dort zu sehen sein?
markup-understood-alt =
    So verstanden: zum Ändern markiert { $percent ->
        [0] weniger als 1 %
       *[other] { $percent } %
    } des Bildes, der Rest ist abgedunkelt
markup-understood-file-alt = Wie die Markierungen verstanden wurden
markup-cost = Noch ist nichts ausgegeben; es werden { $cost } · { $left }
markup-fix = Korrigieren
markup-say = Sagen, was zu tun ist
markup-drop = Das nicht
markup-confirmed = <@{ $person }> hat die Markierungen bestätigt: { $instruction }.
markup-dropped = <@{ $person }> hat die Markierungen zurückgenommen. Es wurde nichts ausgegeben.
markup-form-title = Markiertes korrigieren
markup-form-submit = Korrigieren
markup-form-close = Abbrechen
markup-form-label = Was soll dort zu sehen sein?
markup-form-example = make it purple

## Wie eine Korrektur vorankommt, auf der Seite

following-stopped = Gestoppt. Es wurde nichts berechnet.
# $failure ist ein ganzer Satz.
following-failed = { $failure } Es wurde nichts berechnet.
following-waiting = Die Bild-Engine ist gerade weg; neuer Versuch…

## Der Baum der Versionen

tree-you = du
tree-somebody = jemand
# Am Anfang eines Satzes.
tree-you-first = Du
tree-somebody-first = Jemand
tree-free = kostenlos
tree-time = { $time } UTC
tree-draft = Entwurf { $number }
tree-pro =
    { $number ->
        [1] Pro-Bild
       *[other] Pro-Bild { $number }
    }
# Wie eine Korrektur ohne Worte heißt.
tree-fix = Korrektur

## Die Seite des Editors. Was hier in { $Klammern } steht, setzt die Seite selbst ein, nachdem die Sprache gewählt ist:
## Ein Text, der mit „page-“ beginnt, kann deshalb nicht nach einem Wert zwischen Formen wählen. Einzelne Buchstaben wie
## (Z) sind Tasten, auf die die Seite hört; sie bleiben.

page-title = Bild bearbeiten · Draftroom
page-window = { $prompt } · Draftroom-Editor
page-skip = Zur Anweisung springen
page-noscript = Der Editor malt mit JavaScript. Erlaube es für diese Seite oder antworte im Thread: `@Draftroom fix center: make it purple`.
page-loading = Bild wird geladen…
page-history = Verlauf
page-undo = Rückgängig
page-undo-hint = Rückgängig (Strg Z)
page-redo = Wiederholen
page-redo-hint = Wiederholen (Strg Umschalt Z)
page-shortcuts = Tastenkürzel
page-shortcuts-hint = Tastenkürzel (?)
page-sign-out = Abmelden
page-menu = Mehr
page-sign-out-more = Abmelden …
page-sign-out-ask = Abmelden?
page-sign-out-told = Alle deine Links zum Editor und zu den Kosten werden ungültig, auf jedem Gerät. Ergebnisse, die hier warten, warten weiter; „Bild bearbeiten“ gibt dir einen neuen Link.
page-sign-out-stay = Bleiben
page-signed-out = Du bist abgemeldet. Alle deine Links zum Editor sind ungültig; klick im Thread auf „Bild bearbeiten“, um einen neuen zu bekommen.
page-closed = Der Editor ist geschlossen
page-unreachable = Draftroom ist nicht erreichbar. Prüf die Verbindung und versuch es noch einmal; es ging nichts verloren.
page-broken = In Draftroom ist etwas kaputtgegangen, und es wurde nichts berechnet. Versuch es noch einmal; geht es wieder nicht, sag es dem, der Draftroom betreibt: Im Log steht, was.
page-new-version = Jemand hat eine neue Version gemacht. Du findest sie unter Versionen.

## Die Seite des Editors: das Bild

page-picture = Bild
page-picture-role = Bildeditor
page-picture-alt = { $title } von: { $prompt }
page-picture-hint = Die Pfeiltasten bewegen einen Cursor über das Bild, mit Umschalt schneller. Die Leertaste benutzt das Werkzeug am Cursor. Plus und Minus zoomen. Das Fragezeichen zeigt alle Tasten.
page-view = Ansicht
page-zoom-out = Verkleinern
page-zoom-out-hint = Verkleinern (−)
page-zoom-in = Vergrößern
page-zoom-in-hint = Vergrößern (+)
page-fit-hint = Ins Fenster einpassen (0)
# Wird vor einer Prozentzahl vorgelesen.
page-fit-zoom = Ins Fenster einpassen, Zoom ist
page-percent = { $number } %
page-percent-least = <1 %
page-peek = Auswahl zeigen
page-peek-hint = Auswahl zeigen oder verbergen (H)
page-selected = { $number } % ausgewählt
page-selected-least = weniger als 1 % ausgewählt
page-selected-none = Übermale, was sich ändern soll
page-before = Vorher
page-after = Nachher
page-split = Vorher und nachher: wie viel vom Bild den Stand vorher zeigt
page-split-told = { $number } % vorher

## Die Seite des Editors: Werkzeuge

page-tools = Auswahlwerkzeuge
page-tool = Werkzeug
page-tool-options = Werkzeugoptionen
page-tool-brush = Pinsel
page-tool-eraser = Radierer
page-tool-rectangle = Rechteck
page-tool-lasso = Lasso
page-tool-wand = Ähnliches auswählen
page-tool-hand = Ansicht bewegen
# Die letzten beiden noch einmal, so kurz wie die anderen.
page-tool-wand-short = Ähnliches
page-tool-hand-short = Bewegen
page-tool-first = Wähle zuerst ein Werkzeug: B Pinsel, E Radierer, R Rechteck, L Lasso, W Ähnliches auswählen.
page-size = Größe
page-size-told = { $number } Pixel
page-size-short = { $number } px
page-tolerance = Toleranz
page-joined = Nur benachbart
page-take = Abziehen
page-take-hint = Stattdessen von der Auswahl abziehen (Alt)
page-acts = Auswahl ändern
page-all = Alles
page-all-hint = Alles auswählen (A)
page-invert = Umkehren
page-invert-hint = Auswählen, was nicht ausgewählt ist (I)
page-grow = Größer
page-grow-hint = Auswahl ausweiten
page-shrink = Kleiner
page-shrink-hint = Auswahl verkleinern
page-feather = Weicher
page-feather-hint = Rand der Auswahl nach innen weichzeichnen
page-clear = Leeren
page-clear-hint = Nichts auswählen (Entf)

## Die Seite des Editors: Tastenkürzel

page-keys = Tastatur
page-keys-close = Schließen
page-keys-tools = Pinsel, Radierer, Rechteck, Lasso, Ähnliches auswählen, Bewegen
page-keys-size = kleinerer oder größerer Pinsel
page-key-arrows = Pfeiltasten
page-keys-arrows = bewegen den Cursor über das Bild; mit Umschalt schneller, mit Alt die Ansicht
page-key-space = Leertaste
page-keys-space = benutzt das Werkzeug am Cursor; halten und ziehen bewegt die Ansicht
page-keys-zoom = vergrößern, verkleinern, einpassen, Originalgröße
page-key-undo = Strg Z
page-key-redo = Strg Umschalt Z
page-keys-undo = rückgängig, wiederholen
page-key-delete = Entf
page-keys-select = alles auswählen, umkehren, nichts auswählen
page-keys-peek = Auswahl zeigen oder verbergen
page-key-send = Strg Eingabe
page-keys-send = Korrektur abschicken, aus der Anweisung heraus
page-keys-list = diese Liste
page-keys-more = Mausrad oder Auf- und Zuziehen zoomt; Umschalt und Mausrad oder zwei Finger bewegen die Ansicht. Mit Alt wird abgezogen statt hinzugefügt.

## Die Seite des Editors: um eine Korrektur bitten

page-panels = Was zu tun ist
page-fix = Korrektur
page-adjust = Anpassung
page-versions = Versionen
page-regions = Bereiche
page-region = Bereich { $number }
page-region-empty = leer
page-region-add = Bereich
page-region-add-hint = Noch ein Bereich mit eigener Anweisung
page-region-remove = Diesen Bereich entfernen
page-what = Was soll dort zu sehen sein?
page-what-in-region = Was soll in Bereich { $number } zu sehen sein?
page-what-continues = Wie geht es dort weiter?
page-example = make the petals white
page-suggestions = Ideen
page-replace = Ersetzen
page-recolour = Umfärben
page-remove = Entfernen
page-relight = Neu beleuchten
page-extend = Erweitern
page-extend-canvas = Bildfläche erweitern
page-extend-left = Links
page-extend-right = Rechts
page-extend-top = Oben
page-extend-bottom = Unten
# Vor einer Auswahl von Prozentzahlen.
page-extend-by = Um
page-candidates-number = Anzahl der Vorschläge
page-candidates = Vorschläge
page-candidates-fewer = Weniger Vorschläge
page-candidates-more = Mehr Vorschläge
page-cost = Kosten: { $cost }
page-cost-free = Kostenlos
page-send = Korrigieren
page-lacks-paint = Übermale, was sich ändern soll.
page-lacks-side = Wähle eine Seite zum Erweitern.
page-lacks-continuation = Sag, wie es dort weitergeht.
page-lacks-instruction = Sag, was dort zu sehen sein soll.
page-lacks-instruction-in-region = Sag, was in Bereich { $number } zu sehen sein soll.
page-busy-fix = Eine Korrektur läuft gerade.

## Die Seite des Editors: während eine Korrektur entsteht, und ihr Ergebnis

page-progress = Fortschritt der Korrektur
page-asking-one = Die Korrektur wird angefragt…
# Von 2 bis 4.
page-asking-many = { $number } Vorschläge werden angefragt…
page-queued = In der Warteschlange, { $number } davor…
page-drawing = Wird gezeichnet…
page-first-look = Wird gezeichnet… das ist ein erster Blick
page-lost = Die Verbindung ging verloren. Das Ergebnis findest du im Thread.
page-stop = Stoppen
page-stopping = Wird gestoppt…
page-close-freely = Du kannst diese Seite schließen: Das Ergebnis kommt auf jeden Fall in den Thread.
page-result-one = Ergebnis
# Von 2 bis 4.
page-result-many = { $number } Vorschläge
page-candidate = Vorschlag { $number }
page-outside = geänderte Pixel außerhalb der Maske: { $number }
page-result-kept = Niemand sonst sieht das, bevor du es verwendest; es wartet hier, auch wenn du gehst. Die vorige Version bleibt erhalten.
page-use = Verwenden
page-another = Noch eins ({ $cost })
page-discard = Verwerfen
page-used = Es steht jetzt im Thread. Mach von hier aus weiter.
page-result-cost = Das hat { $cost } gekostet. Ein weiteres kostet neu.
page-result-free = Das war kostenlos.

## Die Seite des Editors: Anpassungen

page-exposure = Belichtung
page-exposure-told = { $value } EV
page-contrast = Kontrast
page-warmth = Wärme
page-saturation = Sättigung
page-save = Als Version speichern
page-reset = Zurücksetzen
# Der nächste Text folgt darauf.
page-free = Kostenlos
page-free-why = kein Modell, kein Warten
page-scope-selection = Wirkt auf die Auswahl ({ $number } % des Bildes).
page-scope-whole = Wirkt auf das ganze Bild. Wähle einen Teil aus, um nur ihn anzupassen.
page-move-first = Beweg zuerst einen Regler.
page-busy-adjustment = Die Anpassung wird gespeichert.
page-saved = Als neue Version gespeichert, kostenlos. Auch der Thread hat sie.

## Die Seite des Editors: Versionen

page-versions-told = Jede Version bleibt, wie sie ist. Du kannst von jeder aus weitermachen; was zwei Leute aus derselben machen, steht nebeneinander.
page-versions-none = Noch keine Versionen.
# $person ist ein Name oder tree-you-first oder tree-somebody-first; darum kein Verb dazu.
page-working = { $person }: „{ $instruction }“ ist in Arbeit…
page-open = Geöffnet
page-current = Im Thread
page-current-hint = Eine Korrektur im Thread beginnt bei dieser Version
page-make-current = Im Thread verwenden
page-made-current = Der Thread geht von dieser Version aus weiter.
page-compare = Vorher / nachher
page-select-same = Dasselbe auswählen
page-other-size = Diese Auswahl entstand auf einem Bild anderer Größe.

## Das Formular für einen Entwurf

form-title = Neuer Entwurf
form-send = Entwerfen
form-cancel = Abbrechen
form-prompt = Was möchtest du sehen?
form-place = In welchem Channel?
form-prompt-example = a sunflower on a blue background
form-cells = Bilder im Raster
form-aspect = Seitenverhältnis
form-aspect-square = Quadrat 1:1
form-aspect-landscape = Querformat 3:2
form-aspect-wide = Breit 16:9
form-aspect-portrait = Hochformat 2:3
form-aspect-tall = Hoch 9:16
# $ratio ist Breite zu Höhe: 7:5
form-aspect-before = Wie zuvor, { $ratio }
form-aspect-usual = Wie hier üblich, { $ratio }
form-negative-prompt = Was soll nicht darin sein?
form-seed = Seed
form-seed-example = eine ganze Zahl
form-seed-hint = Derselbe Seed und derselbe Prompt zeichnen noch einmal dieselben Bilder.

## Seine Felder für Stile und Referenzbilder

form-style = Stil
form-style-hint = Ergänzt seine Wörter im Prompt.
# $words sind die, die der Stil ergänzt.
form-style-option = { $style }: { $words }
form-drawn-from-given = :frame_with_picture: Gezeichnet nach *{ $picture }*.
form-drawn-from = Gezeichnet nach
# $picture ist der Name.
form-drawn-from-before = Wie zuvor: { $picture }
form-drawn-from-none = Nichts
form-like = Referenzbild
form-like-example = red-apple-2/2 oder ein Link zu einer Nachricht mit einem Bild
form-like-hint = Die Entwürfe gehen davon aus: eine Skizze, ein Foto, ein älteres Bild.
form-upload = Oder lade eins hoch
form-upload-hint = PNG, JPEG, WebP oder HEIC.
form-strength = Wie nah an der Referenz?
# $value ist eine Zahl von 0 bis 1, wie in `--strength 0.6`.
form-strength-near = Sehr nah daran ({ $value })
form-strength-like = Ähnlich ({ $value })
form-strength-loose = Lose angelehnt ({ $value })
form-strength-far = Kaum ähnlich ({ $value })

## Referenzbilder

reference-unnamed = ein Bild
reference-too-small = Dieses Bild hat { $width }×{ $height } Pixel, zu wenig, um danach zu zeichnen. Jede Seite braucht mindestens { $least }.
reference-no-picture = In dieser Nachricht ist kein Bild, das ich öffnen kann (PNG, JPEG, WebP oder HEIC).
reference-several = In dieser Nachricht sind { $count } Bilder, und ich weiß nicht, welches du meinst. Poste das eine für sich allein und verlinke es.
reference-hidden = Dieses Bild kann ich nicht verwenden: Es liegt in einer Unterhaltung, in der du oder ich nicht dabei sind. Lade mich dorthin ein oder lade das Bild hier hoch.
reference-which = Das Briefing `{ $brief }` hat { $count } Bilder. Sag, welches: `--like { $brief }/1`.
reference-none-yet = Das Briefing `{ $brief }` hat noch keine Bilder.
reference-no-picture-of-mine = In dieser Nachricht von mir ist kein Bild, nach dem ich gehen könnte.
reference-which-cell = Dieses Raster hat { $count } Bilder. Sag, welches: `--like { $brief }/1` bis `{ $brief }/{ $count }`.

## Was hinter --like und --strength stehen darf

like-unknown = `{ $typed }` nennt kein Bild. Hinter `--like` steht ein Link zu einer Slack-Nachricht mit einem Bild (⋯ → Link kopieren) oder der Name eines Briefings mit der Nummer des Bildes, etwa `red-apple-2/2`.
# $least ist eine Zahl zwischen 0 und 1.
like-no-strength = `--strength { $typed }` passt nicht. Es sagt, wie weit sich die Entwürfe vom Referenzbild entfernen dürfen: { $least } bleibt sehr nah daran, 1 beachtet es kaum. Versuch es mit `--strength 0.6`.

## Produkte, und wie sie freigestellt werden

-product-how = Lade ein PNG mit transparentem Hintergrund hoch oder ein Bild vor einem einfarbigen Hintergrund; oder häng ein zweites, gleich großes Bild an, das weiß ist, wo das Produkt ist, und sonst schwarz.
product-wrong-size = Das Produktbild hat { $width }×{ $height } Pixel; ich nehme { $least } bis { $most } pro Seite.
product-not-plain = Ich kann das Produkt nicht vom Hintergrund unterscheiden, denn der ist nicht einfarbig. { -product-how }
product-not-found = Ich finde in diesem Bild kein Produkt. { -product-how }
product-fades = Ein Teil des Produkts ist so hell wie der Hintergrund, also kann ich nicht sehen, wo es endet. { -product-how }
product-fills = Das Produkt füllt das ganze Bild, also gibt es keinen Hintergrund zu ersetzen. { -product-how }
product-painted-little = Es ist kaum etwas übermalt. Übermale das ganze Produkt.
product-painted-all = Es ist fast alles übermalt, also gibt es keinen Hintergrund zu ersetzen. Übermale nur das Produkt.
product-unpainted = Noch hat niemand gesagt, wo das Produkt ist. Klick zuerst auf „Produkt übermalen…“.
product-in-use = Zu diesem Produkt wurden schon Hintergründe angefragt. Übermale es über die Frage dazu oder lade sein Bild noch einmal hoch.
product-not-redrawn = Das sind Hintergründe um ein Produkt, und ein neuer Entwurf würde das Produkt neu zeichnen. Frag andere an: `/draft backgrounds on a teal background; on pink; on white`.
# Wie ein Produkt heißt, dessen Datei keinen Namen hat.
product-unnamed = Produkt

## Was hinter einem Produkt zu sehen sein soll

-backdrops-usage = Lade das Produktbild mit `@Draftroom backgrounds` und einem Prompt pro Zeile hoch, zum Beispiel `on a teal background`, `on pink`, `on white`; oder häng eine CSV-Datei mit einer Spalte `prompt` an.
backdrops-attach = Häng das Bild eines einzigen Produkts an, wenn nötig seine Maske, und höchstens eine CSV-Datei. { -backdrops-usage }
backdrops-no-product = In diesem Channel gibt es noch kein Produkt von dir. { -backdrops-usage }
backdrops-no-prompts = Was soll dahinter zu sehen sein? { -backdrops-usage }
backdrops-long-prompt = Einer der Prompts hat { $count } Zeichen; ich lese höchstens { $most }.
backdrops-too-many = Das sind { $count } Hintergründe; ich mache höchstens { $most } auf einmal.
backdrops-too-few-pictures = Es gibt { $prompts } Prompts für { $wanted } Bilder. Lass die Zahl weg oder erhöhe sie.
backdrops-csv-empty = In dieser CSV-Datei sind keine Prompts. { -backdrops-usage }

## Hintergründe um ein Produkt, als Nachrichten

# $name ist die Datei eines Produkts: vase.png
backgrounds-cut = { $name } für <@{ $person }> freigestellt
backgrounds-cut-head = :scissors: *{ $name } für <@{ $person }> freigestellt*
backgrounds-cut-next = Sag jetzt, was dahinter zu sehen sein soll: `/draft backgrounds on a teal background; on pink; on white`. `--shadow` legt einen weichen Schatten darunter. Die Pixel des Produkts selbst ändern sich nie.
backgrounds-cutout-alt = Das Produkt aus { $name }, freigestellt
backgrounds-unclear = Wo ist das Produkt in { $name }?
backgrounds-unclear-head = :scissors: *Wo ist das Produkt in { $name }?* Für <@{ $person }>
backgrounds-unclear-next = Oder übermale es im Editor. Vor dem Start wird nichts berechnet.
backgrounds-paint = Produkt übermalen…
backgrounds-paint-label = Das Produkt übermalen: hol dir deinen eigenen Link zum Editor

## Was um ein Produkt herum geschieht

# Der Name des Briefings, das daraus wird: „vase.png vor 4 Hintergründen“.
backgrounds-brief =
    { $name } vor { $count ->
        [one] einem Hintergrund
       *[other] { $count } Hintergründen
    }
backgrounds-pixels-changed = { $pixels } Pixel des Produkts hätten sich geändert, deshalb wurde das Bild verworfen.
product-own-paint = Das kann nur übermalen, wer darum gebeten hat (<@{ $author }>), oder ein Workspace-Admin.
product-other-size = Was du übermalt hast, hat eine andere Größe als das Bild. Lade die Seite neu und übermale noch einmal.

## Die Seite des Editors, auf der ein Produkt übermalt wird

page-product = Produkt übermalen
page-product-hint = Decke es ganz ab, bis an seine Ränder. Was du übermalst, bleibt Pixel für Pixel erhalten; alles andere weicht den Hintergründen. Übermalen ist kostenlos.
page-product-none = Übermale das Produkt
page-product-use = Als Produkt verwenden
page-product-using = Das Produkt wird freigestellt…
page-product-used = Übernommen. Mach in Slack weiter; du kannst auch mehr übermalen und es noch einmal verwenden.

## Was der Bot zurückfragt, bevor etwas kostet

# $words: what that person wrote.
mention-unclear = Ich bin nicht sicher, was mit „{ $words }“ gemeint ist. Nichts wurde gezeichnet und nichts berechnet. Was soll ich tun?
mention-which = Welches gibst du frei? Noch wurde nichts berechnet.
mention-draw = Damit neu zeichnen
mention-approve = { $number } freigeben
mention-not-here = Sag das im Thread der Bilder, um die es geht; hier weiß ich nicht, welche. Nichts wurde berechnet.
mention-nothing-to-undo = Hier gibt es nichts zurückzunehmen: In diesem Thread wurde nichts ausgebessert. Eine Freigabe nimmst du zurück, indem du deine Zahl entfernst.
commands-link-first = Einen Link lese ich nicht als Prompt. Für ein Bild in Slack gib `--like` mit dem Link seiner Nachricht an; eines aus dem Netz hänge an: `@Draftroom draft …`. Nichts wurde berechnet.
commands-weights = Gewichte wie `(apple:1.3)` oder `teal::2` kenne ich nicht. Sag es in Worten, zum Beispiel `mostly teal`. Nichts wurde berechnet.
# $typed: what that person typed. $near: the command that was probably meant.
commands-did-you-mean = Meintest du `/draft { $near }`? Ich habe „{ $typed }“ nicht gezeichnet, und nichts wurde berechnet.
# $typed: an amount such as 1.000. $thousands: the same without its dots.
commands-which-amount = Ist { $typed } tausend oder eins? Schreib `{ $thousands }`, oder eins ohne Nullen hinter dem Punkt. Nichts wurde geändert.
commands-in-thread = „{ $typed }“ gehört in den Thread eines Bildes: Erwähne mich dort, oder nimm die Knöpfe und Emoji darunter. Ich habe nichts gezeichnet, und nichts wurde berechnet.

## Marks of deliveries

settings-label = *Lieferungen* sagen, dass ein Modell sie gemacht hat, { $label ->
    [none] nur in ihren Kennzeichen.
    [corner] in ihrer Nachricht und durch ein Schild in der Datei.
   *[line] in ihrer Nachricht.
}
settings-label-label = Kennzeichnung von Lieferungen
settings-label-option = { $label ->
    [none] Keine, die man sieht
    [corner] Eine Zeile in der Nachricht, ein Schild in der Datei
   *[line] Eine Zeile in der Nachricht
}
policy-choose-label = Wähle, wie Lieferungen gekennzeichnet werden.
marking-corner = KI-generiert
marking-line = :label: Mit einem generativen Modell (KI) gemacht.
marking-refused = „{ $term }“ wird hier nicht gezeichnet: { $reason } Es kostet nichts.

## Die Seite, die man nach einem Bild fragt (bot/inspect/)
inspect-page-title = Ist dieses Bild hier entstanden?
inspect-page-lead = Lege ein Bild ab, ein Bildschirmfoto oder einen Ausschnitt. Die Antwort sagt, ob Draftroom es gemacht hat, wann, mit welchem Modell, und ob es seither verändert wurde.
inspect-page-drop = Bild hier ablegen oder auswählen
inspect-page-limits = PNG, JPEG, WebP, GIF, HEIC oder AVIF, bis 25 MB und 16 Megapixel
inspect-page-ask = Fragen
inspect-page-kept = Was du schickst, wird angesehen und nicht aufgehoben. Diese Seite sagt, was dieses Studio weiß; was sie nicht weiß, beweist nichts.
inspect-page-picture = Das Bild, das du geschickt hast
inspect-page-known = Hier entstanden
inspect-page-not-known = Hier nicht bekannt
inspect-page-unknown = Nichts dergleichen wurde hier gemacht oder ausgeliefert, soweit Datei und Pixel es sagen.
inspect-page-by-file = Genau diese Datei wurde hier gemacht oder ausgeliefert, Byte für Byte.
inspect-page-by-pixels = Jedes Pixel ist, wie es hier entstand. Nur die Datei wurde neu gespeichert.
inspect-page-by-recipe = Bekannt am Rezept in der Datei und am Aussehen.
inspect-page-by-watermark = Bekannt am Wasserzeichen in den Pixeln und am Aussehen.
inspect-page-when = Entstanden
inspect-page-what = Als
inspect-page-kind = { $kind ->
    [cell] Entwurf
    [pro] Pro-Bild
    [fix] korrigiertes Bild
   *[other] { $kind }
}
inspect-page-model = Modell
inspect-page-changed = Seither verändert
inspect-page-changed-state = { $state ->
    [file] nein
    [pixels] nein, nur neu gespeichert
   *[other] ja: beschnitten, skaliert, mit Verlust gespeichert oder bearbeitet
}
inspect-page-recipe = Rezept
inspect-page-name = Name
inspect-page-prompt = Prompt
inspect-page-instruction = Korrektur
inspect-page-seed = Seed
inspect-page-hidden = Prompt und Rezept sind für die Mitglieder seines Kanals: tippe in Slack `/draft inspect` für einen eigenen Link.
inspect-page-marks = Kennzeichen in der Datei
inspect-page-label = Sagt von sich
inspect-page-source = { $kind ->
    [made] von einem trainierten Modell gemacht
    [composite] ein eigenes Bild, von einem trainierten Modell verändert
    [none] nichts
   *[other] etwas anderes
}
inspect-page-signature = Signiert
inspect-page-unsigned = keine Content Credentials
inspect-page-signed = { $state ->
    [Invalid] von { $issuer }, seither verändert oder beschädigt: die Signatur gilt nicht
    [Trusted] von { $issuer }, unverändert, auf der Vertrauensliste
   *[other] von { $issuer }, unverändert; für den Signierer bürgt niemand Bekanntes
}
inspect-page-watermark = Wasserzeichen
inspect-page-watermark-found = gefunden
inspect-page-closed = Diese Seite ist für Kollegen: tippe in Slack `/draft inspect` für einen eigenen Link.
inspect-page-expired = Dieser Link ist abgelaufen oder nicht vollständig. Tippe in Slack `/draft inspect` für einen neuen.
inspect-page-void = Wer diesen Link gemacht hat, hat sich seither abgemeldet; er gilt nicht mehr. Tippe in Slack `/draft inspect` für einen neuen.
inspect-page-no-colleague = Wer diesen Link gemacht hat, gehört nicht mehr dazu. Frag jemanden im Workspace nach einem.
inspect-page-elsewhere = Schick das Bild von der Seite selbst.
inspect-page-no-file = Wähle zuerst ein Bild aus.
inspect-page-too-large = Diese Datei hat mehr als { $most } MB. Schick eine kleinere Kopie oder ein Bildschirmfoto davon.
inspect-page-too-many = Das waren { $most } Bilder in einer Minute. Warte einen Moment, dann frag wieder.
inspect-page-slow = Diese Datei war zu lange unterwegs. Schick eine kleinere Kopie oder ein Bildschirmfoto davon.
inspect-page-busy = Gerade fragen andere. Versuch es in einer halben Minute noch einmal.
answer-inspect = <{ $link }|Ist dieses Bild hier entstanden?> Lege auf der Seite ein beliebiges Bild ab. Der Link gehört dir und gilt { $days } Tage; Rezepte zeigt er nur aus deinen Kanälen.

## Installation in einem Workspace

install-title = Draftroom zu Slack hinzufügen
install-text = Slack fragt, in welchem Workspace, und was die App dort darf. Bilder, Kosten und Einstellungen eines Workspace sieht kein anderer.
install-add = Zu Slack hinzufügen
install-done-title = Draftroom ist in { $team }
install-done-text = Lade es in einen Channel ein und tippe dort /draft. Diese Seite kannst du schließen.
install-later-title = Draftroom ist in { $team } installiert, geht dort aber noch nicht
install-later-text = Es versucht es von selbst noch einmal. Antwortet es in Slack nach einer Weile nicht, frag, wer es betreibt: Im Log steht, warum.
install-failed-title = Es wurde nicht installiert
install-state = Diese Seite war zu lange offen oder wurde von woanders geöffnet. Fang noch einmal auf der Seite an, die Draftroom zu Slack hinzufügt.
install-refused = Slack sagt „{ $code }“. Fang noch einmal auf der Seite an, die Draftroom zu Slack hinzufügt.
install-one-workspace = Draftroom wird in je einem Workspace installiert, nicht in einer ganzen Organisation. Fang noch einmal an und wähle einen Workspace.
install-not-allowed = Der Workspace { $team } ist keiner von denen, für die dieses Draftroom da ist. Frag, wer es betreibt.
