### Everything that Draftroom says, in English. For another language, copy this file, name it after the language
### (de.ftl), and translate what stands behind the equals signs; { $names } are filled in, `code` and :emoji: stay.

## Text on its way to Slack

# What a person typed, as it stands in a sentence.
quoted = “{ $text }”
pictures =
    { $count ->
        [one] 1 picture
       *[other] { $count } pictures
    }

## Money

# $sign is a currency's sign, such as $ or €; $digits is a number with this language's separators.
money = { $sign }{ $digits }
# $code is the currency's code where it has no sign here, such as CHF.
money-code = { $code } { $digits }
# 42 ¢; less than one of them; and of what is not certain yet.
money-hundredths = { $digits }{"\u00A0"}{ $sign }
money-less = <{"\u00A0"}{ $money }
money-about = about { $money }

## People in a row

# $most are all but the last, with commas between them.
people-and = { $most } and { $last }
people-or = { $most } or { $last }

## The messages of a brief's thread

# Stands in small print and inside sentences: “… , and this channel has $4.10 of $5.00 left today.”
channel-left =
    { $left } of { $limit } left { $period ->
        [daily] today
        [weekly] this week
        [monthly] this month
       *[other] in the pot
    }

drafting-text = Drafting { $prompt }…
drafting-title = :art: Drafting *{ $prompt }*…
# $follows is empty or tells where the brief came from: “ · the same prompt again”.
drafting-small = { pictures } for <@{ $person }>{ $follows } · { $cost }

preview-text = Drafting { $prompt }… here is a first look
preview-alt =
    { $count ->
        [one] First look at a draft of: { $prompt }
       *[other] First look at { $count } drafts of: { $prompt }
    }
preview-small = A first look; the finished grid takes its place in a moment.
preview-file-alt = First look at: { $prompt }

grid-text = { pictures } of { $prompt }. Press a number, or react with it, to render one in Pro.
grid-title = *{ $prompt }* · <@{ $person }>
cards-alt = Picture { $number } of { $count }: { $prompt }
cards-pro = Pro
cards-vary = Vary
cards-fix = Fix
cards-remove = Remove
grid-alt = Grid of { pictures }, numbered 1 to { $count }, drafted from the prompt: { $prompt }
grid-file-alt =
    { $count ->
        [one] A draft of: { $prompt }
       *[other] Grid of { $count } drafts of: { $prompt }
    }
# Under a grid that is posted once more; links follow, with dots between.
shown-again = Posted again
shown-again-thread = its thread
shown-again-pro = Pro { $number }
shown-again-fix = fix { $number }
grid-pro = Pro { $number }
grid-pro-label = Render picture { $number } in Pro

pro-waiting = Rendering picture { $number } in Pro, approved by { $people }…
pro-waiting-small = { $cost } · { $left } · take it back within { $seconds } s to cancel it for free
pro-done-text = Picture { $number } of { $prompt } in Pro
pro-done-title = :sparkles: *Picture { $number } in Pro*, approved by { $people }
pro-done-alt = Pro render of picture { $number }, { $width } by { $height } pixels, of the prompt: { $prompt }
pro-done-small = { $width }×{ $height } · seed { $seed } · { $seconds } s · { $cost } · { $left }
pro-done-next = :art: Something off? Reply `@Draftroom fix center: make it purple` or `fix top-right: add a butterfly`, or attach a mask picture. Only that changes.
pro-done-file-alt = Pro render of picture { $number } of: { $prompt }
pro-cancelled = Picture { $number } won't be rendered: <@{ $person }> took the approval back. Nothing was charged.

# $instruction stands in quotation marks.
fix-waiting = Fixing { $region }: { $instruction }…
fix-waiting-small = for <@{ $person }> · { $cost } · { $left }
fix-done-text = Fixed { $region }: { $instruction }
fix-done-title = :white_check_mark: *Fixed { $region }:* { $instruction } for <@{ $person }>
fix-done-before-alt = Before and after the fix “{ $instruction }” in the region { $region } of: { $prompt }
fix-done-alt = The fixed picture: { $prompt }; { $instruction }
fix-done-small = pixels changed outside the mask: { $outside } · seed { $seed } · { $seconds } s · { $cost } · { $left }
# The bot gave the colour itself.
fix-done-free = pixels changed outside the mask: { $outside } · no model · free · { $left }
fix-done-next = The version before is kept. Reply with another fix and it goes on from this picture; :leftwards_arrow_with_hook: goes back.
fix-done-before-file-alt = Before and after: { $instruction }
fix-done-file-alt = Fixed: { $instruction }

# $what begins the sentence: “The draft of “a sunflower””. $sentence says why.
work-failed = { $what } didn't work out. { $sentence } Nothing was charged.
work-waiting = { $what } has to wait. { $sentence } I keep trying for { $seconds } s; nothing is charged meanwhile.
work-draft = The draft of “{ $prompt }”

## Around a grid

grid-stop = 🛑 Stop
grid-stop-label = Stop this draft; nothing is charged
grid-again-label = Draft the same prompt again, otherwise
grid-change = ✏️ Change
grid-change-label = Change the prompt and draft it
grid-change-prompt = ✏️ Change the prompt
grid-vary-label = Vary one of these pictures
grid-details = Details: seed, model, cost
grid-remove-menu = Remove…
grid-remove-title = Remove this grid?
grid-remove-question = Its pictures leave the channel. What was approved from it stays.
grid-remove-confirm = Remove
grid-remove-deny = Keep

# What a grid follows stands in its small print, with “ · ” before it.
grid-follows-again = the same prompt again
grid-follows-prompt = a changed prompt
# $changes is what the person asked for: “warmer light”.
grid-follows-told = a changed prompt: { $changes }
grid-follows-style = style { $style }
# $grid is the new prompt, as a link.
grid-leads = :arrow_right: Drafting { $grid } in the channel{ $follows }
# $name is a picture's: “red-apple-2/2”, or a file's name.
grid-from-like = like { $name }
grid-from-subtle = subtle variations of { $name }
grid-from-strong = strong variations of { $name }
grid-from-import = brought in: { $name }
# $started is one of the four above.
grid-from-strength = { $started }, strength { $strength }

## A grid's details

details-title = How it was made
details-close = Close
details-name = *Name* `{ $brief }`
details-without = *Without* { $words }
details-brand = *From the brand kit* { $words }
# $follows is empty or tells where the brief came from: “ · the same prompt again”.
details-for = *For* <@{ $person }>{ $follows }
details-size = *Pictures* { $count }, { $width } × { $height } pixels
details-seed = *Seed* { $seed }
details-model = *Model* { $model }
details-time = *Time* { $seconds } s
details-cost = *Cost* { $cost }
details-left = *Budget* { $left }

grid-change-offer-text = Change the prompt { $prompt }?
grid-change-offer = Change { $prompt } and draft it anew?
# $seconds and $cost: at most, of the engine's device.
stopped-lost = Up to { $seconds } s of the engine's time, { $cost }, are lost with it; no budget pays for them.
grid-stopped = <@{ $person }> stopped the draft of { $prompt }. Nothing was charged.
grid-after-all = 🔁 Draft it after all
grid-removed = <@{ $person }> removed the grid of { $prompt }.
grid-removed-small = Renders and fixes that were made from it stay in the thread.

## Approvals

# Follows “approvals”; $people are mentions with “or” between them, or a group such as @brand-team. The blank counts.
approval-whose = { " " }of { $people }
approval-author = <@{ $person }>, who asked for it, can't approve.
# $voters: some, and $people says whose approvals count; anybody, and $people is empty.
approval-needs =
    { $voters ->
        [some] { $count ->
            [one] It needs 1 approval of { $people }.
           *[other] It needs { $count } approvals of { $people }.
        }
       *[other] { $count ->
            [one] It needs 1 approval.
           *[other] It needs { $count } approvals.
        }
    }

# The three ways to stand: nobody approved yet, some did, all did. They end without a full stop.
approval-standing-none =
    { $got } of { $needed } approvals for picture { $number }; needs { $missing ->
        [1] one
        [2] two
        [3] three
        [4] four
        [5] five
       *[other] { $missing }
    } of { $voters ->
        [some] { $voted }
       *[other] anybody
    }
# $people approved; $voted are those who may still.
approval-standing-some =
    { $got } of { $needed } approvals for picture { $number }: { $people }; needs { $missing ->
        [1] one
        [2] two
        [3] three
        [4] four
        [5] five
       *[other] { $missing }
    } more of { $voters ->
        [some] { $voted }
       *[other] anybody
    }
approval-standing-all = { $got } of { $needed } approvals for picture { $number }: { $people }
# $standing is one of those three, here with its full stop.
approval-sentence = { $standing }.
approval-title = :ballot_box_with_check: *{ $standing }.*
# Under a grid, $what leads to the render: “2 in Pro”.
approval-mark =
    { $done ->
        [yes] { $number } in Pro
       *[no] { $number } goes to Pro
    }
approval-marked =
    { $done ->
        [yes] :white_check_mark: *{ $what }*, by { $people }
       *[no] :hourglass_flowing_sand: { $what }, by { $people }
    }
approval-line-enough = :white_check_mark: { $standing }
approval-line-more = :ballot_box_with_check: { $standing }
approval-none = No approvals at present.
approval-small = From the grid of { $prompt }. Nothing is rendered or charged before the last approval.
approval-emoji = :{ $emoji }: on this message does the same.
approval-approve = Approve picture { $number }
approval-approve-label = Approve picture { $number } for its Pro render
approval-withdraw = Take mine back
approval-withdraw-label = Take your approval of picture { $number } back
approval-refused-author = You asked for this draft, and in this channel somebody else has to approve it. Nothing was recorded; ask a colleague to press the number.
approval-refused =
    { $voters ->
        [some] In this channel only approvals of { $people } count, so yours was not recorded and nothing is rendered. Ask one of them to press the number, or to react with it.
       *[other] In this channel only certain people's approvals count, so yours was not recorded and nothing is rendered. `/draft settings` says whose; ask one of them to press the number.
    }

## When a brief drags on

exit-approve = Approve { $number }
exit-approve-label = Approve picture { $number } of these and render it in Pro
exit-fix = 🖌️ Fix picture 1 instead
exit-fix-label = Open picture 1 of these in the editor and fix a region
exit-help = 🙋 Ask for help
exit-stop = Stop here
exit-small =
    { pictures } in { $grids ->
        [one] 1 grid
       *[other] { $grids } grids
    }, { $cost } spent on { $prompt } · said once per brief; `/draft settings` changes when
exit-alt =
    { $count ->
        [one] The picture that came nearest, of: { $prompt }
       *[other] The pictures that came nearest, numbered 1 to { $count }, of: { $prompt }
    }
exit-file-alt =
    { $count ->
        [one] The picture that came nearest, of: { $prompt }
       *[other] The { $count } pictures that came nearest, of: { $prompt }
    }
exit-time =
    { $count ->
        [one] :hourglass: A minute, and nothing is approved yet.
       *[other] :hourglass: { $count } minutes, and nothing is approved yet.
    }
exit-time-advice = Approve the best so far, change the prompt, or stop here?
exit-pictures =
    { $count ->
        [one] :dart: A picture, and it isn't approved.
       *[other] :dart: { $count } pictures, and none is approved.
    }
exit-pictures-advice = Perhaps the idea wants other words, or the finer model. These came nearest:
exit-rerolls =
    { $count ->
        [one] :repeat: The same prompt, drawn again.
       *[other] :repeat: The same prompt, drawn again { $count } times.
    }
exit-rerolls-advice = Fix the one flaw instead of rolling again? Everything else in the picture stays.
exit-stopped = <@{ $person }> stopped here with { $prompt }.
exit-stopped-small = { pictures }, { $cost } spent. Its grids stay: press a number there, or react with it, to go on.
exit-wanted = <@{ $person }> would like another pair of eyes on { $prompt }.
# Follows the sentence before.
exit-wanted-link = <{ $link }|Look at the grid>, and reply in its thread.

## Advice before money is spent

advice-straight = Straight to Pro · { $cost }
advice-straight-label = Draft one picture and render it in Pro without looking at drafts
advice-warning = :warning: *Before this costs anything:* { $sentence }
advice-change-label = Change the prompt; this draft then stops for free
advice-gone = <@{ $person }> sent { $prompt } straight to Pro. This draft was stopped and costs nothing.
# $sentence says why.
advice-stuck = The picture is here, but its Pro render could not begin. { $sentence }
advice-stuck-small = From { $prompt }. Press its number later, or react with :one:.

## Under a picture in a thread

picture-edit = Edit picture
picture-edit-label = Edit this picture: get your own link to the editor
picture-deliver = Deliver…
picture-deliver-label = Deliver this picture as files at exact sizes

## Variations

vary-subtle = 🎨 Vary subtle
vary-strong = 🎨 Vary strong
vary-subtle-label = Draft subtle variations of this picture
vary-strong-label = Draft strong variations of this picture
vary-which-text = Which picture of { $prompt } shall I vary?
vary-which = :art: Which picture of { $prompt } shall I vary, and how far?
vary-cell-subtle = { $number } subtle
vary-cell-strong = { $number } strong
vary-cell-subtle-label = Draft subtle variations of picture { $number }
vary-cell-strong-label = Draft strong variations of picture { $number }

## A picture that a person brought in

import-text = Took in { $name } for <@{ $person }>
import-title = :inbox_tray: *Took in { $name }* for <@{ $person }>
import-alt = The picture { $name }, as it was uploaded
# $brief is the brief's name.
import-small = `{ $brief }` · as it was uploaded · free · in this thread, `@Draftroom fix center: make it purple` changes a region of it
import-pro = Render in Pro
import-pro-label = Render this picture in Pro

## Pictures that other messages hold, and files

shown-not-member = I can't read that message: I'm not in its channel. Invite me there, or upload the picture here.
shown-gone = There is no message at that link any more. Copy the link again, or upload the picture.
shown-file-hidden = Slack didn't let me see that file. Upload it again, please.
shown-no-picture = “{ $name }” is no picture that I can open. Attach a PNG, JPEG, WebP or HEIC.
shown-unnamed-no-picture = That file is no picture that I can open. Attach a PNG, JPEG, WebP or HEIC.
file-too-large = That file is larger than { $megabytes } MB. Send a smaller one.
file-elsewhere = That file lies outside Slack. Upload the picture itself and send it again.
file-not-handed = Slack didn't hand me that file. Upload it again, please.
file-not-readable = I may not read that file. The app needs the scope `files:read`; tell who runs Draftroom.

## Who people are, and where the bot may post

# $code is Slack's name of what went wrong.
directory-who = Slack didn't tell me who you are ({ $code }). Try again in a minute, please.
directory-apps = Only people can do that, not apps.
directory-deactivated = This account was deactivated.
directory-strangers = Only members of this workspace can do that. You see this channel from another organisation: ask somebody here.
directory-guests = Guests can look, and do no more. Ask a member of the workspace to do it for you.
directory-outside = Only members of this channel can do that. Join it, and then try again.
directory-nobody = Nobody here is called { $name }. Mention them, or give their member ID.
directory-direct = Drafts belong to a channel, since its budget pays for them. Type this in a channel.
directory-not-in = I'm not in this channel yet. Type `/invite @Draftroom` and then try again.
directory-group = Slack didn't tell me who may approve here ({ $code }), so nothing was recorded. An admin can look at `/draft settings`; the app needs the scope `usergroups:read`.
http-not-signed = This request is not signed by Slack.

## Styles

styles-title = *Styles.* `--style NAME` adds its words to the prompt.
styles-line = • `{ $name }`: { $words }
styles-line-saved = • `{ $name }`: { $words } (saved by <@{ $person }>)
styles-how = Save one for this channel: `/draft style save NAME WORDS…`; drop one: `/draft style drop NAME`.
styles-saved = Done. `--style { $name }` adds: { $words }

## App Home

home-waiting-header = Waiting for your approval
home-new = ✨ New draft
home-new-label = Describe a picture and draft it in a channel
home-approve = Approve { $number }
home-picture-alt = What was drafted of: { $prompt }
home-rules = How it works here
home-rules-label = Show this channel's rules
home-rules-title = This channel's rules
home-waiting-none = Nothing waits for you.
# $brief is its prompt with a link.
home-waiting = :ballot_box_with_check: { $brief } in <#{ $channel }>, by <@{ $person }>
home-waiting-nobody = Nobody approved a picture yet.
home-mine-header = Your briefs
home-mine-none = You have none yet. Type `/draft a donut on a mint background` in a channel.
home-mine = { $brief } in <#{ $channel }>
home-linked = *{ $prompt }* (<{ $link }|look at it>)
home-channels-header = Your channels
home-settings = ⚙️ Channel settings
home-settings-label = Change how this channel works
home-help-header = How it works

## A person's briefs

mine-none = You have no briefs yet. Start one: `/draft a mushroom on a green background`.
mine-title = *Your newest briefs.* `/draft show NAME`, in its channel, posts a grid again.
# $brief is the brief's name.
mine-line = • `{ $brief }` { $prompt } in <#{ $channel }>
mine-made = { $count } in Pro or fixed
draft-state-waiting = waiting
draft-state-running = being drafted
draft-state-done = drafted
draft-state-failed = didn't work out
draft-state-stopped = stopped

## A channel's money in words

# $spent is channel-spent or channel-spent-on, $left is channel-left: “$4.10 of $5.00 left today”.
channel-budget =
    This channel's budget is { $limit } { $period ->
        [daily] a day
        [weekly] a week
        [monthly] a month
       *[other] in all
    }: { $spent }, { $left }.
channel-budget-held =
    This channel's budget is { $limit } { $period ->
        [daily] a day
        [weekly] a week
        [monthly] a month
       *[other] in all
    }: { $spent }, { $held } set aside for running work, { $left }.
# What a limit is made of, where more than what was set: “$20.00 + $5.00 granted”.
limit-granted = { $limit } + { $granted } granted
limit-rolled = { $limit } + { $rolled } rolled over
channel-spent = { $total } spent
# $parts are the three below, with commas between them.
channel-spent-on = { $total } spent ({ $parts })
channel-spent-draft = drafts { $cost }
channel-spent-pro = Pro { $cost }
channel-spent-fix = fixes { $cost }
channel-forecast = At this pace it will be { $cost } by the end of the period.
channel-forecast-over = At this pace it will be { $cost } by the end of the period, { $over } over the budget.

## The help

# Help for people in a hurry: five lines, then a button for each topic.
help-short-draft = :art: `/draft a sunflower on a blue background` posts a grid of quick drafts; a bare `/draft` opens a form.
help-short-approve = :sparkles: Press a number, or react with it: that picture is rendered in *Pro*.
help-short-change = :repeat: draws again, :art: varies a picture; or reply in the thread: `@Draftroom warmer light`.
help-short-fix = :pencil2: Reply `@Draftroom fix center: make it purple`, or press *Edit picture*: only that changes.
help-short-money = :moneybag: `/draft budget` says what is left, `/draft summary` what it cost.
help-more-title = More about Draftroom
help-more-draft = Drafting…
help-more-approve = Approving and changing…
help-more-fix = Fixing…
help-more-many = Many at once…
help-more-money = Money…
help-draft = *Draft*: `/draft a sunflower on a blue background` posts a grid of quick, cheap pictures.
help-draft-flags = • `--n 4` pictures, 1 to { $most } · `--ar 3:2` shape · `--seed 7` the same pictures again · `--no text` what to leave out
help-draft-mine = • `/draft mine` lists your briefs, `/draft show NAME` posts one again; a bare `/draft` opens a form; a prompt may have { $characters } characters
help-draft-style = • `--style studio` adds a style's words (`/draft style list`, `save NAME WORDS…`, `drop NAME`) · `--like red-apple-2/2` or a link to a picture drafts from it, `--strength 0.6` says how freely; or attach a picture: `@Draftroom draft a rocket like this`
help-approve = *Approve*: press a number under a grid, or react with :one: … :nine:. That picture is rendered in Pro.
help-approve-settings = • `/draft settings`: how many approvals that needs and whose, and the other rules of the channel
help-emoji = :repeat: drafts it again, :art: varies a picture (subtle or strong), :pencil2: changes the prompt, :octagonal_sign: stops, :wastebasket: removes.
help-fix = *Fix*: in the thread, `@Draftroom fix center: make it purple`. Only that changes.
help-fix-region = • a region is { regions-examples }; or attach a mask picture (white is what may change)
help-fix-editor = • or press *Edit picture* and paint; or upload a copy of the picture that you have drawn on. :leftwards_arrow_with_hook: on a fix goes back. `/draft signout` makes your links to the editor void.
help-deliver = *Deliver*: `/draft deliver NAME 1080x1080 story --max 500kb` posts files at exact sizes; also by button. `/draft inspect` says of any picture whether it was made here.
help-backgrounds = *Backgrounds*: upload a product's picture with `@Draftroom backgrounds` and one prompt a line; its pixels stay.
help-many = *Many at once*: `/draft stress 50 PROMPT` varies light, lens, palette and composition; `@Draftroom batch` with a CSV.
help-brand = *Brand*: `/draft brand` palette, words always added or refused; `/draft drift` how near the pictures are to it.
help-tweak = *Tweak*: in the thread, `@Draftroom warmer light, less clutter` drafts the changed prompt.
help-costs = *Costs*: `/draft costs last month by person`, as CSV and as a page; `/draft client ACME`, `/draft margin 20%`.
help-limits = *Limits*: `/draft budget pro 20 weekly` · `person 5 daily` · `workspace 500 monthly` · `soft` · `rollover on` · `more 5`
help-money = *Money*: `/draft budget` · `/draft budget set 50 monthly` · `/draft summary` · `/draft summary week`
help-summaries = • summaries come daily and on Mondays: `/draft summary at 9`, `/draft summary weekly off`
help-thread = In a picture's thread I can fix a region: `@Draftroom fix center: make it purple`. A region is { regions-examples }; or attach a mask picture. `@Draftroom warmer light` drafts the prompt with that change. New pictures start with `/draft`; `/draft help` tells everything.

## A channel's settings: as sentences, and as a form

settings-heading = *How this channel works*
# $whose: approval-whose, such as “ of @brand-team”, with the blank before it.
settings-approval = *Approval:* a picture needs { $needed ->
        [one] 1 approval
       *[other] { $needed } approvals
    }{ $voters ->
        [some] { $whose }
       *[anybody] {" "}of anybody
    } for its Pro render.{ $author ->
        [no] {" "}Who asked for it can't approve it.
       *[yes] {""}
    }
settings-emoji-numbers = *Emoji:* a number approves, as its button does.
settings-emoji-also = *Emoji:* a number approves, as its button does, or :{ $emoji }: where there is one picture only.
# $after: those of the three criteria below that are on, with commas between.
settings-exits = *Enough is enough:* a brief without an approval hears of it, once each, after { $after }.
settings-exits-off = *Enough is enough:* nothing is said.
settings-exits-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
settings-exits-pictures = { pictures }
settings-exits-rerolls =
    { $count ->
        [one] more than 1 re-roll
       *[other] more than { $count } re-rolls
    }
settings-advice = *Advice* on prompts that quick drafts get wrong: { $on ->
        [yes] on
       *[no] off
    }.
# $shape: width to height, such as 3:2.
settings-timezone = *Time zone:* { $zone }.
settings-defaults = *Drafts that don't say:* { pictures }, { $shape }.
settings-changed = <@{ $person }> changed how this channel works.
settings-nothing-changed = Nothing is different.
settings-changed-more = `/draft settings` shows all of it.
settings-form-title = Channel settings
settings-form-save = Save
settings-form-cancel = Cancel
settings-form-head =
    How <#{ $channel }> works.
    {"*"}Approval*
settings-needed = What a Pro render needs
settings-approvals =
    { $count ->
        [one] 1 approval
       *[other] { $count } approvals
    }
settings-who = Whose approvals count
settings-who-anyone = Anyone in the channel
settings-who-people = Only the people below
settings-who-group = Only the group below
settings-people = People
settings-people-choose = Choose people
settings-group = User group
settings-group-choose = Choose a group
settings-no-groups = There are no user groups.
settings-author = Authors
settings-author-may = Who asked for a brief may approve its pictures
settings-emoji = One more emoji that approves
settings-emoji-hint = Numbers always approve. This one does where there is one picture only, e.g. :white_check_mark:
settings-exits-head = *Enough is enough*: say it once in a brief's thread, with a way on. 0 is off.
settings-minutes = Minutes without an approval
settings-pictures = Pictures without an approval
settings-rerolls = More re-rolls of one prompt than
settings-drafts-head = *Drafts*
settings-broadcast = *Finished Pro renders* are shown { $on ->
        [yes] in the channel, too
       *[no] in their thread only
    }.
settings-form = *Grids* as { $form ->
        [cards] a card for each picture
       *[sheet] one picture
    }.
settings-broadcast-label = Finished Pro renders
settings-broadcast-tick = Show them in the channel, too
settings-form-label = Grids
settings-form-usual = As usual here
settings-form-sheet = One picture with a row of buttons
settings-form-cards = A card for each picture
policy-choose-form = Choose how grids are shown.
settings-advice-label = Advice
settings-advice-tick = Point out what quick drafts get wrong: text, counts, hands
settings-cells = Pictures where a draft doesn't say
settings-aspect = Shape where a draft doesn't say
settings-timezone-label = Time zone
settings-timezone-hint = Its days, weeks and months begin at midnight there, and its summaries come by its clock. A name such as Europe/London, or a city.
settings-aspect-hint = Width to height, for example 3:2.

## What is wrong in a channel's settings

policy-choose-group = Choose the user group whose approvals count.
policy-choose-who = Choose whose approvals count.
policy-choose-number = Choose a number from 1 to { $most }.
policy-nobody =
    { $where ->
        [group] There is nobody in that group, so nothing could ever be approved. Choose another group, or another way to approve.
       *[people] There is nobody named here, so nothing could ever be approved. Name somebody, or choose another way to approve.
    }
policy-too-few =
    { $needed } approvals come from { $needed } different people, and there { $found ->
        [one] is one person
       *[other] are { $found } people
    } { $where ->
        [group] in that group. Choose a larger group, or fewer approvals.
       *[people] named here. Name more people, or choose fewer approvals.
    }
policy-emoji-unknown = Name one emoji, for example `:white_check_mark:`, or leave this empty.
policy-emoji-taken = `:{ $emoji }:` does something else already. Name another one.
policy-zone-unknown = Name a time zone, for example `Europe/London`, or its city.
policy-whole-number = Give a whole number from 0 to { $most }, for example { $example }. 0 is off.

## A channel's brand kit: its form, in words, and how near pictures are to it

brand-form-title = Brand kit
brand-form-save = Save
brand-form-cancel = Cancel
brand-form-head = How pictures in <#{ $channel }> should look. Each picture is held against the palette.
brand-form-palette = Palette, up to { $most } colours
brand-form-palette-example =
    Teal #0b5563
    Coral #ff7f50
brand-form-palette-hint = One a line, with or without a name.
brand-form-always = Words added to every prompt
brand-form-always-example = soft daylight, matte paper
brand-form-style = Style words, added after them
brand-form-style-example = in the style of a catalogue
brand-form-refused = Words that no prompt may have
brand-form-refused-example = cheap, blood, a competitor's name
brand-form-refused-hint = With commas between. Such a brief is refused before it costs anything.
brand-form-shape = Shape of briefs that name none
brand-form-shape-square = Square, as usual
brand-form-shape-landscape = Landscape 3:2
brand-form-shape-wide = Wide 16:9
brand-form-shape-portrait-4-5 = Portrait 4:5
brand-form-shape-portrait-2-3 = Portrait 2:3
brand-form-shape-tall = Tall 9:16
brand-form-tolerance = Flag pictures farther from the palette than
brand-form-tolerance-hint = CIEDE2000: 2 is barely seen, 10 is another shade, 20 is another colour.
brand-told-none = This channel has no brand kit. Whoever may set its budget can make one: `/draft brand`.
brand-told-heading = *This channel's brand kit*
brand-told-palette = palette: { $colours }
brand-told-no-palette = palette: none
brand-told-added = added to every prompt: { $words }
brand-told-refused = refused: { $words }
brand-told-shape = shape: { $shape }
# $distance: in CIEDE2000, the measure of how different two colours look.
brand-told-flagged = flagged: pictures farther from the palette than { $distance } (CIEDE2000)
brand-changed = <@{ $person }> set this channel's brand kit.
brand-changed-more = It holds for new briefs. `/draft drift` shows how near the pictures so far are.
brand-used = :art: Brand kit used
brand-used-words = :art: Brand kit used, added to the prompt: { $words }
# $numbers: digits with commas; $number is the one that is farthest off.
brand-flagged-grid =
    { $count ->
        [one] :warning: Picture { $numbers } is off the palette by { $distance }: { $shown } where { $nearest } is nearest.
       *[other] :warning: Pictures { $numbers } are off the palette, { $number } most: by { $distance }: { $shown } where { $nearest } is nearest.
    }
# $picture: “Picture 3”, or a picture's name. $share: of the picture, in per cent. $hex: a colour such as #0b5563.
brand-flagged = { $picture } is off the palette by { $distance }: { $shown } { $share }% of it is about `{ $hex }`, nearest is { $nearest } at { $apart }
brand-drift = Drift of { pictures } from this channel's palette
brand-drift-head = :bar_chart: *{ $title }*, for <@{ $person }>
brand-drift-more = { $count } more
brand-drift-none = No picture is farther from it than { $distance }.
brand-drift-foot = The newest { $most } at most; `/draft drift 50` shows fewer. Free.

## A channel's summary of costs

summary-message-head = *{ $money }* spent from { $start } to { $end } ({ $timezone })
summary-message-text = { $title }: { $money } spent, { $left }
summary-message-top = *What cost most*
summary-message-earlier = of it { $money } of earlier days, settled since
summary-message-held = { $money } set aside for running work
# $share: such as 12%.
summary-message-estimates = prices said beforehand were typically { $share } off
summary-message-drafts = Drafts
summary-message-pro = Pro
summary-message-fixes = Fixes
summary-message-approved = Approved
summary-message-per-asset = Cost per approved asset
summary-message-none-approved = none approved
summary-message-per-approval = Drafts per approval
summary-message-per-approval-rerolls = { $drafts }, { $rerolls } re-rolls
summary-message-to-approval = Brief to approval
summary-message-to-approval-median = { $duration } (median)
summary-message-waited = Waited for pictures
# $day: such as Sun 31 May. $tiers: such as Drafts $1.20, Pro $4.00.
summary-message-forecast = *Forecast*
    At this pace { $money } by the end of { $day } ({ $tiers }): { $over ->
        [yes] :warning: *{ $amount } over the budget*
       *[no] within the budget of { $amount }
    }.
summary-message-forecast-tier = { $tier } { $money }
summary-message-since-week = *Against the week before*
summary-message-since-day = *Against the same time last week*
summary-message-quiet-then = Nothing was made or spent then.
# $change: one of the five below.
summary-message-spent-change = spent { $change } (was { $before })
summary-message-pictures-change = pictures { $change } (were { $before })
summary-message-approved-change = approved { $change } (was { $before })
summary-message-same = the same
summary-message-from-nothing = up from nothing
summary-message-tenfold = up more than tenfold
summary-message-up = up { $share }
summary-message-down = down { $share }
summary-message-day = { $weekday } { $day } { $month }
# $time: such as 18:00.
summary-message-moment = { $weekday } { $day } { $month } { $time }
summary-message-seconds = { $count } s
summary-message-minutes = { $count } min
# $hours: with one decimal.
summary-message-hours = { $hours } h

## A report of costs, and a channel's client and margin

# $when: the days and the time zone.
costs-message-head = *{ $money }* spent in <#{ $channel }>, { $when }
costs-message-text = { $money } spent in <#{ $channel }>, { $when }
costs-message-page = Page
costs-message-page-label = Open these costs as a page
costs-message-csv = CSV
costs-message-csv-label = Post these costs as a CSV file in this conversation
costs-message-foot = “Page” is your own link, for 7 days: whoever holds it reads what you may. “CSV” posts the file here.
costs-message-drafts = Drafts
costs-message-pro = Pro
costs-message-fixes = Fixes
costs-message-no-client = no client code
costs-message-more = { $count } more: { $money }
costs-message-nothing = Nothing was spent in these days.
costs-message-assets =
    { $count ->
        [one] { $count } asset
       *[other] { $count } assets
    }, { $approved } approved
costs-message-margin = with margin { $money }
costs-message-currencies = what was spent in { $currencies } isn't counted here
costs-message-terms =
    This channel { $known ->
        [yes] works for the client `{ $client }`
       *[no] has no client code
    }, with a margin of { $margin }% on top of the cost. Briefs keep the client and margin that held when they were opened, or the first that were set.
# $when: the days.
costs-file-comment = The costs of <#{ $channel }>, { $when }, for <@{ $person }>
costs-file-refused = Slack didn't take the file. Press “Page”: it has the same file.

## Series: stress tests and tables

# $kind: stress, table or product. $title: the prompt or the file's name, in quotation marks; a product's without.
series-what =
    { $kind ->
        [stress] Stress test of { $title }
        [table] Batch { $title }
       *[product] { $count ->
            [one] 1 background
           *[other] { $count } backgrounds
        } for { $title }
    }{ $kind ->
        [product] {""}
       *[other] : { pictures }
    }
series-title =
    { $kind ->
        [stress] Stress test of { $title }
        [table] Batch { $title }
       *[product] { $title }
    }
# $what: series-what. $title from here on: series-title.
series-question = { $what }, { $money }
series-question-over = :warning: that is more than what is left
series-question-more = …and { $count } more
series-question-nothing = nothing
series-question-by = asked by <@{ $person }>
series-question-size = each { $size }
series-question-free = nothing is charged before you start
series-start = Start, { $money }
series-cancel = Cancel
series-started = <@{ $person }> started { $what }.
series-cancelled = <@{ $person }> cancelled { $what }. Nothing was charged.
series-drawing = { $title }: { $done } of { $count } pictures drawn
# $icon and $bar are drawn: the kind, how far it is.
series-drawing-head =
    { $icon } *{ $title }*
    `{ $bar }` { $done } of { $count }
series-for = for <@{ $person }>
series-about = { $money }
series-between = others' drafts come between
series-stop = 🛑 Stop and keep what is done
series-sheet-all =
    { $done ->
        [one] 1 picture
       *[other] { $done } pictures
    }
series-sheet-some = { $done } of { $count } pictures
# $summary: one of the two above.
series-sheet-named =
    { $title }: { $summary }.{ $stopped ->
        [yes] {" "}Stopped.
       *[no] {""}
    }
# What follows on series-sheet-named.
series-sheet-next = Pick some and approve them.
series-sheet-next-react = Press a number, or react with it, to render one in Pro.
series-sheet-nothing = Nothing was charged.
series-sheet-react = Press a number, or react with it, and that background is rendered in *Pro* around the same product.
series-sheet-failed = :warning: Some could not be drawn, and cost nothing: { $why }
series-left-out =
    { $count ->
        [one] Picture { $numbers } is left out: its file is lost.
       *[other] Pictures { $numbers } are left out: their files are lost.
    }
series-sheet-alt = Contact sheet of { $title }: { $labels }
series-sheet-pick = Pick pictures and approve them: each is rendered in *Pro*, in this thread.
series-pick = Pick pictures
series-approve = Approve picked
series-zip = Download as zip
series-page = Page { $page }
series-page-shown = ● Page { $page }
series-one-file = Attach one CSV file, so that I know what to make. { asset-tables-usage }
series-no-csv = “{ $name }” is no CSV file. { asset-tables-usage }
series-zip-coming = The files are on their way into the thread.
# $finished of them have a Pro render, $inexact haven't the size that was asked for.
series-zip-comment =
    { pictures } with their manifest, for <@{ $person }>. They are drafts, { $longest } pixels at most{ $finished ->
        [0] ; for Pro approve one.
        [one] ; one is in Pro, too, in the folder `finished`.
       *[other] ; { $finished } are in Pro, too, in the folder `finished`.
    } { $inexact ->
        [0] For an exact size: `/draft deliver`.
        [one] One hasn't the size that was asked for: cut it with `/draft deliver`.
       *[other] { $inexact } haven't the sizes that were asked for: cut them with `/draft deliver`.
    }
series-zip-refused = Slack didn't take the file just now. Press the button again in a minute.
series-nothing-picked = Nothing is picked yet. Choose pictures in the list beside the button first.
# $numbers: of the pictures that it is about, such as 2, 5. $problem: the next text, or a sentence.
series-problem = Picture { $numbers }: { $problem }
series-problem-already = has its Pro render, or your approval, already

## Files at exact sizes

# $prompt in this section: what the picture shows, as typed; in quotation marks in the first two.
delivery-files =
    { $count ->
        [one] 1 file
       *[other] { $count } files
    } of { $prompt } for <@{ $person }>
delivery-no-file = No file of { $prompt }
delivery-missing = :warning: { $size } is missing. { $why }
delivery-foot = Exact pixels, sRGB. Open a picture to download it under its name.
# $picture: one of the three names at the end of this list.
delivery-alt = { $picture } of: { $prompt }
delivery-file-alt = { $file }: { $picture } of: { $prompt }
delivery-kilobytes = { $count } kB
delivery-quality = quality { $quality }
delivery-extended = canvas extended
delivery-cropped = { $percent }% cropped away
# Of what stands in the picture.
delivery-lost = :warning: cuts off { $percent }% of what it shows
# Buttons: the same sizes, with more of the picture painted at its sides.
delivery-extend = Paint more around it · { $cost }
delivery-extend-named = Paint more around { $name } · { $cost }
delivery-seed = { $picture }, seed { $seed }
# $times: with one decimal.
delivery-soft = :warning: enlarged { $times } times, so it will look soft.
delivery-draft = draft { $number }
delivery-pro = Pro render { $number }
delivery-fix = fix { $number }
delivery-form-title = Deliver
delivery-form-send = Deliver
delivery-form-cancel = Cancel
delivery-form-head = Files of `{ $name }` at exact sizes, into its thread.
delivery-form-usual = Usual sizes
delivery-form-sizes = Other sizes
delivery-form-sizes-hint = Width x height in pixels, with spaces between.
delivery-form-format = Format
delivery-form-cap = Largest file
delivery-form-shape = Where the shape differs
delivery-form-crop = Crop, keep the subject (free)
delivery-form-extend = Paint more around it (costs a fix)

## Limits: alerts, and requests for more

limits-alert = { $percent }% of this channel's budget is spent: { $spent } of { $limit }.
limits-alert-soft = Work goes on, since the limit is soft.
limits-alert-hard = Ask for more: `/draft budget more 5`.
limits-plea = <@{ $person }> asks for { $money } more for this channel.
# $reason: what that person wrote, in quotation marks.
limits-plea-reason = <@{ $person }> asks for { $money } more for this channel: { $reason }
# $what: the work that waits for the money.
limits-plea-waiting = waiting: { $what }
limits-plea-grantors = { $people } or a workspace admin decides.
limits-plea-admin = A workspace admin decides.
limits-grant = Grant { $money }
limits-refuse = Refuse
limits-granted = <@{ $by }> granted { $money } more, for which <@{ $person }> asked.
limits-granted-waiting = <@{ $by }> granted { $money } more, for which <@{ $person }> asked. What waited is on its way: { $what }.
limits-granted-late = <@{ $by }> granted { $money } more, for which <@{ $person }> asked. What waited was refused more than a day ago and doesn't run by itself: { $what }. Send it again.
limits-refused = <@{ $by }> refused the { $money } more for which <@{ $person }> asked. Nothing was charged.
limits-cap =
    The limit for { $kind ->
        [workspace] the whole workspace
        [person] each person in this channel
       *[pro] Pro renders in this channel
    } is { $limit } { $period ->
        [daily] a day
        [weekly] a week
        [monthly] a month
       *[pot] in all
    }; { $used } is used.
limits-cap-reached =
    That needs up to { $asked }, but { $left } is left of the limit for { $kind ->
        [workspace] the whole workspace
        [person] each person in this channel
       *[pro] Pro renders in this channel
    }. Nothing was charged.
limits-no-cap = Done. There is no such limit now.

## Answers to commands and buttons

answer-done = Done.
# $state: a sentence that says what holds now.
answer-done-with = Done. { $state }
answer-signed-out-other = Done. All links of <@{ $person }> to the editor, to costs and to the page that is asked about pictures are void.
answer-signed-out = Done. All your links to the editor, to costs and to the page that is asked about pictures are void; “Edit picture” in a thread gives you a new one.
answer-style-gone = Done. The style `{ $name }` is gone; what was drafted in it stays as it is.
answer-rendered-here = That picture has its Pro render already; look in the thread.
answer-rendered-there = That picture has its Pro render already; look in its grid's thread.
answer-grid-gone = Slack doesn't find that grid any more.
answer-open-editor = Open the editor: { $url }
answer-went-back-already = The thread goes on from that version already.
# $problem: a sentence that says why a picture that somebody uploaded was not taken for a drawn-over copy.
answer-never-mind = { $problem } If that picture wasn't meant for me, never mind.
answer-which-emoji = Which one? This grid has { $count } pictures: press the number of yours, or react with it. :{ $emoji }: approves where there is one picture only.
answer-no-grid-number = That message isn't one of my grids, so your number renders nothing and costs nothing. Press a number under a grid that I posted, or react there, or start one with `/draft a sunflower on a blue background`.

## Things found by their names

naming-one-thing = Name one thing at a time: `@Draftroom fix the label: make it purple`.
# $problem: what went wrong, as a sentence; the engine's own are in English.
naming-paint = { $problem } Or press “Edit picture” and paint it.
naming-again-or-paint = { $problem } Try again, or press “Edit picture” and paint it.

## Shortcuts on messages

shortcut-no-picture = That message holds no picture that I can open. Use it on one with a PNG, JPEG, WebP or HEIC.
# The name of a picture whose file has none.
shortcut-this-picture = this picture
shortcut-several-pictures = That message holds { $count } pictures. Post the one that you mean by itself.
shortcut-not-finished = That message shows no finished picture yet. Try again when it does.
shortcut-which-of-grid = That grid has { $count } pictures. Approve one, or say which: `@Draftroom fix cell 2 center: make it purple` in its thread, or `/draft … --like { $brief }/2`.

## Mentions

mention-one-reference = Attach one reference picture, not several, so that I know which one counts.
mention-one-mask = Attach one mask picture, not several, so that I know which one counts.
# $words: what that person wanted changed.
mention-no-grid = There is no grid here that I could change. Say that in the thread of one, or start a new one: `@Draftroom draft { $words }`.
mention-no-picture = A fix needs a picture, and there is none here. Reply in the thread of the grid or Pro render that you want to change. { replies-usage }

## Which summaries come by themselves

wishes-hour = Say a full hour from 0 to 23, on this channel's clock: `/draft summary at 9`.
wishes-hour-set = Done. This channel's summaries come at { $hour }:00.
wishes-none = Done. No summary comes by itself here; `/draft summary` still shows today's.
wishes-set =
    Done. This channel gets { $which ->
        [daily] daily
        [weekly] weekly
       *[both] daily and weekly
    } summaries, { $quiet ->
        [yes] also when nothing happened
       *[no] but not when nothing happened
    }.

## What people may not do, and whom they can ask

own-decide = Only <@{ $author }>, who asked for it, or a workspace admin can decide that.
own-stop-series = Only <@{ $author }>, who asked for it, or a workspace admin can stop it.
own-stop-draft = Only <@{ $author }>, who asked for it, or a workspace admin can stop that draft.
own-remove-draft = Only <@{ $author }>, who asked for it, or a workspace admin can remove that draft.

## What the bot itself got wrong

picture-gone = This picture is no longer kept: nobody approved it in time. Draw it again with 🔁, or `/draft` with its seed.
# The first message in a channel, from who sets the bot up.
install-hello = :wave: I'm here. Type `/draft a red apple on a teal background` for four pictures, then press the number of the one that you like. `/draft help` tells the rest.
bot-broke = Something broke inside Draftroom. Try it once more; if it breaks again, tell whoever runs Draftroom: its log says what.
# A piece of work during which the process ended each time that it was begun.
background-given-up = What you asked for was begun three times, and Draftroom went down each time, so it isn't tried again. Ask for less at once, such as fewer or smaller files; if that fails too, tell whoever runs Draftroom.
bot-disk-full = Draftroom's disk is full, so nothing was done and nothing charged. Tell whoever runs it, then try again.
slack-refused = Slack didn't do that ({ $code }). Try it again.
text-too-long = That is too long to read ({ $count } characters). Keep it under { $limit }.
post-refused = Slack doesn't let me post there ({ $code }). Invite me to the channel with `/invite @Draftroom`, or ask a workspace admin what keeps me out; then ask again.
# A finished message whose pictures Slack takes for good no more.
post-without-pictures = :frame_with_picture: Slack doesn't take files here ({ $code }), so this comes without its pictures. { $known ->
    [yes] They are kept: once files are allowed again, `/draft show { $brief }` shows them.
   *[no] Once files are allowed again, ask for it anew.
 }

## Briefs and their grids

grid-unfinished = That grid isn't finished yet. Pick a number when its pictures are there.
grid-no-such-number =
    { $pictures ->
        [one] This grid has one picture, so there is no number { $number }. Pick 1.
       *[other] This grid has { $pictures } pictures, so there is no number { $number }. Pick 1 to { $pictures }.
    }
brief-unknown = There is no brief `{ $brief }`. `/draft mine` lists yours with their names.
# $channel is the id of a channel, which Slack shows as its name.
brief-elsewhere = Brief `{ $brief }` belongs to <#{ $channel }>. Ask for it there.
brief-without-pictures =
    Brief `{ $brief }` has no pictures: its draft { $state ->
        [queued] is queued; its grid comes by itself, so wait for it
        [running] is running; its grid comes by itself, so wait for it
        [failed] failed; start it again with `/draft` and the same words
        [cancelled] was cancelled; start it again with `/draft` and the same words
       *[other] is done; start it again with `/draft` and the same words
    }.
fix-nothing-there = I see nothing there to colour (“{ $region }”), so nothing was changed and nothing was charged. Say where it is, for example `left` or `center`, or paint it: *Edit picture*.
fix-which-picture = Which picture? Approve one with a number first, or name it: `@Draftroom fix cell 2 center: make it purple`.
# Regions as they stand in “Fixed the painted region: “make it blue””.
fix-painted-region = the painted region
fix-extended-canvas = the extended canvas
# How a job is called where it failed or waits: “The Pro render of picture 2 failed.”
made-pro = The Pro render of picture { $cell }
made-fix = The fix “{ $instruction }”
draft-not-running = That draft isn't running any more, so there is nothing to stop.
draft-unfinished = That isn't finished yet. :octagonal_sign: stops it, and what isn't drawn costs nothing.
withdrawn-too-late = Picture { $number } is already being rendered, so taking your approval back doesn't stop it: it comes into its thread, and is charged. Go on from any other picture by pressing its number.
withdrawn-nothing = No approval of picture { $number } is yours, so there is nothing to take back. Ask whoever approved it to press this button.
withdrawn-others = You took your approval of picture { $number } back. It is rendered all the same, since enough others approve it: ask them to take theirs back, too.
# Names of pictures; $number counts within the brief.
picture-pro = Pro { $number } of { $brief }
picture-fix = fix { $number } of { $brief }
variation-how-far = Say how far the variations may go: subtle or strong.

## Briefs that drag on

exit-stopped-already = That brief was stopped already. Press a number under one of its grids to go on with it, or start another one with `/draft`.
exit-asked-already = You asked the channel already. A reply in the thread may reach somebody, too.

## Series

series-decided-already = That was decided already.
series-not-running = That series isn't running any more, so there is nothing to stop.
series-nothing-to-download = There are no pictures to download yet.

## The brand kit

brand-may-not = Only workspace admins, and people whom the operator named, set the brand kit. Ask one of them to do it.
brand-no-palette = This channel has no palette to hold pictures against. Set one with `/draft brand`.
drift-no-pictures = There are no pictures in this channel yet. Start with `/draft a cupcake on a pink background`.
drift-promised =
    On it: { $pictures ->
        [one] 1 picture
       *[other] { $pictures } pictures
    } against the palette. Free.
# Begin lines such as “Picture 2 is off the palette”.
marks-this-picture = This picture
marks-picture = Picture { $number }
marks-product-kept = product pixels changed: 0

## Deliveries

# $pictures are names of pictures, $threads how many threads the files come to.
deliver-promised =
    On it: { $files ->
        [one] 1 file
       *[other] { $files } files
    } of { $pictures }, in { $threads ->
        [one] its thread
       *[other] their threads
    }. { $painted ->
        [yes] The thread says what painting the canvas costs.
       *[other] Cropping and resizing are free.
    }
deliver-ordered = This is ordered already, and costs nothing more. To have it once more, say so with `/draft deliver`.
deliver-not-painted = What it needs beyond the picture couldn't be painted.
deliver-none-approved = Nothing is approved and rendered in this channel yet. Press a number under a grid first, or react with it.
deliver-no-pictures = Brief `{ $brief }` has no pictures yet, so there is nothing to deliver. Wait for its grid, or draft it again with `/draft`.
deliver-which = Which picture of `{ $brief }`? It has { $drafts } drafts and none in Pro yet: approve one, or say `{ $brief }/2` for the second.
deliver-no-such-picture = There is no picture `{ $picture }`: `{ $brief }` has { $drafts } drafts, { $pros } in Pro and { $fixes } fixes.
# $picture, $wanted and $extended are sizes such as 512x512.
deliver-too-large = Extending { $picture } to the shape of { $wanted } would make { $extended } pixels, which is more than I draw. Leave out `--extend`, and it is cropped.

## A channel's settings

rules-may-not = Only workspace admins, and people whom the operator named, change these settings. Ask one of them to type `/draft settings`.
rules-may-not-sign-out = Only workspace admins, and people whom the operator named, make somebody else's links void. Ask one of them; `/draft signout` makes your own void.
rules-cannot-approve =
    { $person } is { $kind ->
        [app] an app
       *[other] a guest
    } and can't approve. Take them out.

## Money

purse-may-not = Only workspace admins, and people whom the operator named, set budgets. Ask one of them to type it.
# $reached is a sentence of its own.
purse-cap-reached = { $reached } An admin can raise it: `/draft budget`.
# $left is what the channel may still spend, such as “$1.20 of $20.00 left this month”.
purse-too-much = That needs up to { $asked }, and this channel has { $left }. Nothing was charged. An admin can raise it with `/draft budget set 50 monthly`; `/draft budget more` asks for it.
purse-too-much-fits = That needs up to { $asked }, and this channel has { $left }. Nothing was charged. What would fit: `--n { $fits }`. An admin can raise it with `/draft budget set 50 monthly`; `/draft budget more` asks for it.
straight-too-much = The Pro render needs up to { $held }, and this channel doesn't have that left. Nothing was charged. An admin can raise it: `/draft budget`.
plea-how-much = Say how much more, for example `/draft budget more 5 for the launch`.
plea-decided-already = That request was decided already.
plea-decided-already-by = That request was decided already by <@{ $person }>.
# What waits for money, within a sentence.
plea-too-old = What you asked for waited for more than a day, so it doesn't run by itself. Send it again.
plea-draft = the draft of “{ $prompt }”
plea-pro = picture { $number } in Pro
plea-fix = the fix “{ $instruction }”
terms-told =
    The limit is { $limit ->
        [soft] soft: work goes on when nothing is left
       *[other] hard: nothing starts when nothing is left
    }. What a period leaves { $rolls ->
        [yes] is added to the next period
       *[other] is not carried over
    }.

## The image engine

engine-seeds-unsaid = This image server doesn't say which seeds it used, so its pictures may not be the same when drawn again.
engine-no-seeds = This image server takes no seeds, so pictures can't be repeated.
engine-no-loras = This tier's model has no LoRA { $names }, so the picture was drawn without.
engine-no-masks = This image server takes no masks: it redraws the whole picture, and only the region of it is used.
engine-smaller = This image server draws { $came } pixels at most in this shape, { $asked } were asked for.
engine-refuses-all = The image engine refuses every form of the request.
engine-links-elsewhere = The image engine sent a link to { $target } instead of a picture, and links to other servers are not followed.
engine-finds-nothing = This image server can't find things by their names.
engine-models-unreadable = The engine's list of models cannot be read.
engine-mask-unreadable = The engine's mask cannot be read.
engine-too-few = The engine sent { $pictures } of { $asked } pictures.
engine-late = The image engine did not answer in time.
engine-unreachable = The image engine can't be reached.
engine-unexplained = The image engine answered with status { $status } and no explanation.
engine-says-nothing = The image engine has said nothing for { $seconds } seconds.
engine-redirects = The image engine sends on to another address, where no picture is sent. Set DRAFTROOM_ENGINE_URL to the server's own address.
engine-event-unreadable = The image engine sent an event that cannot be read.
engine-event-too-large = The image engine sent an event that is too large.
engine-answer-too-large = The image engine's answer is larger than what was asked for can be.
engine-no-pictures = The image engine's answer holds no pictures.
engine-no-bytes = The image engine sent a picture without its bytes (b64_json).
engine-undecodable = The image engine sent a picture that cannot be decoded.
engine-not-whole = The image engine sent a picture that is not whole.
# $came and $asked are sizes such as 512×512.
engine-other-size = The image engine sent a picture of { $came } pixels, { $asked } were asked for.
engine-too-large = The image engine sent a picture of { $came } pixels, which is too large.
engine-other-picture = The image engine sent a picture that is none of the { $asked } that were asked for.
engine-other-count = The image engine sent { $pictures } pictures, { $asked } were asked for.
# $what: seconds, joules, steps, input_tokens or output_tokens, as the protocol calls it.
engine-amount = The image engine says that a picture took { $value } { $what }, which can't be. Nothing was charged.
# $edited and $original are sizes such as (512, 512).
engine-wrong-size = The engine answered with { $edited } pixels for a picture of { $original }.
engine-outside-mask = The fix would have changed { $pixels } pixels outside the mask, so it was dropped.

## Warnings about a prompt, before quick drafts are drawn

advice-text = Quick drafts can't spell: letters and numbers in the picture come out wrong.
advice-count = Quick drafts don't count: more than { $most } of a thing become more or fewer.
advice-detail = Quick drafts get hands and faces wrong: fingers and features need the finer model.
advice-symmetry = Quick drafts aren't symmetrical: left and right drift apart.
# The same of a small model, which has no finer one for Pro.
advice-text-small = This small model draws no letters or numbers, in Pro neither.
advice-count-small = This small model doesn't count beyond three, in Pro neither.
advice-detail-small = This small model draws no hands or faces, in Pro neither.
advice-symmetry-small = This small model doesn't draw symmetrically, in Pro neither.
# $sentence is one of the warnings above; $others is one or more of advice-other-…, joined by advice-and.
advice-same-goes = { $sentence } The same goes for { $others }.
advice-and = { $first } and { $second }
advice-other-text = text
advice-other-count = exact counts
advice-other-detail = hands and faces
advice-other-symmetry = symmetry

## A CSV file as a series of pictures

asset-tables-usage = Attach a CSV file to `@Draftroom batch`. Its first line names the columns: `prompt`, and if you like `size` (such as 1:1, 16:9, 1080x1350 or story), `variant` (a label), `name`, `seed`, `negative`.
# $columns are the names that the file has: `title`, `colour`
asset-tables-no-prompt-column = That file has no column `prompt`; it has { $columns }. { asset-tables-usage }
asset-tables-no-known-column = That file has no column `prompt`; it has no columns that I know. { asset-tables-usage }
asset-tables-no-rows = That file has a head, but no rows. { asset-tables-usage }
asset-tables-too-many-rows = That file has { $count } rows; I make up to { $most } pictures at once. Split it into parts.
# $problems are lines such as asset-tables-problem, at the end perhaps asset-tables-problems-more.
asset-tables-problems =
    Nothing was started. Mend these lines and upload the file again:
    { $problems }
# $problem is a clause or a sentence, such as asset-tables-no-prompt
asset-tables-problem = • line { $line }: { $problem }
asset-tables-problems-more = …and { $count } more.
asset-tables-too-large = That file is larger than { $most } kB. Split it into parts.
asset-tables-not-text = That file is no CSV file: it isn't text. Save the table as “CSV UTF-8” and upload that.
asset-tables-not-utf8 = That file isn't UTF-8. Save it as “CSV UTF-8” and upload it again.
asset-tables-quote = a quotation mark opens a cell, and doesn't close it before the comma or the line's end.
# $cell is what stands in it
asset-tables-split = its cell “{ $cell }” begins with a space, as if a comma had split the prompt. Put a prompt with a comma into quotation marks, or take that space away.
asset-tables-cells = it has { $cells } cells, the head { $columns ->
        [one] 1 column
       *[other] { $columns } columns
    }. Put what has a comma in it into quotation marks: "a red apple, on teal".
asset-tables-flag = `{ $flag }` can't stand in a table. Of flags I read `--ar`, `--seed` and `--no` there.
# $column is the name of a column, such as size
asset-tables-twice = its `{ $column }` stands in the column and again in the prompt. Leave one of them out.
asset-tables-empty = That file is empty. { asset-tables-usage }
asset-tables-no-prompt = there is no prompt.
asset-tables-long-prompt = the prompt has { $count } characters; I read up to { $most }.
asset-tables-no-size = “{ $size }” is no size that I can draw. Write it like 1:1, 16:9 or 1080x1350, between 1:{ $most } and { $most }:1.

## A channel's brand kit

kit-drift-count = A drift chart shows 1 to { $most } pictures, not { $count }.
kit-words-long = That has { $count } characters; I add up to { $most }.
kit-refused-limits = Name up to { $words } words of up to { $characters } characters, with commas between.
kit-word-clash = “{ $word }” is both added and refused. Keep one of them.
kit-no-colour = “{ $line }” has no hex colour, or several. Write one a line, like `Teal #0b5563`.
kit-colour-name-long = A colour's name has up to { $most } characters; “{ $name }” is longer.
kit-too-many-colours = Those are { $count } colours; a palette has up to { $most }.
kit-colour-twice = One of the colours stands there twice.
kit-no-tolerance = Say a number from 1 to 100; 20 flags what is clearly another colour.
kit-refused-word = “{ $word }”
# $words: one or more of kit-refused-word, with commas between.
kit-refuses = This channel's brand kit refuses { $words }. Say it another way; nothing was charged. `/draft brand` shows the kit.

## What is wrong with a typed brief

# $typed is a single word that is nearly one of our commands, $near.
commands-no-command = There is no command `/draft { $typed }`. Did you mean `/draft { $near }`? To draft it as a picture, add a word.
commands-no-prompt = There is no prompt yet. Say what you want to see, for example `/draft a cat on a teal background`.
commands-long-prompt = That prompt has { $count } characters; I read up to { $most }. Shorten it and send it again.
commands-long-negative-prompt = That `--no` text has { $count } characters; I read up to { $most }. Shorten it and send it again.
commands-strength-alone = `--strength` says how far the drafts may go from a reference picture, and there is none. Add one: `--like red-apple-2/2`, or a link to a message with a picture.
commands-two-references = There are two reference pictures, the attached one and `--like`. Keep one of them.
# $flag: --size, $flags: `--n`, `--ar`, …
commands-unknown-flag = I don't know the flag `{ $flag }`. The flags are { $flags }; `/draft help` explains them.
commands-unknown-flag-near = I don't know the flag `{ $flag }`. Did you mean `{ $near }`? The flags are { $flags }; `/draft help` explains them.
commands-flag-twice = `{ $flag }` stands there twice. Keep one of them.
commands-flag-empty = `{ $flag }` needs a value, for example `{ $example }`.
commands-no-cells = A grid holds 1 to { $most } pictures, so `--n { $typed }` doesn't fit. Try `--n 4`.
commands-no-aspect = `--ar { $typed }` is no aspect ratio that I can draw. Give width:height between 1:{ $most } and { $most }:1, for example `--ar 3:2`.
commands-no-seed = A seed is a whole number from 0 to { $most }; `{ $typed }` isn't one.

## Files at exact sizes

cropping-bad-profile = That picture's colour profile is broken, so I can't make it sRGB.
cropping-too-low = { $width }x{ $height } doesn't fit into { $cap } kB; it takes about { $reached } kB and would look bad below that.
cropping-too-low-png = { $width }x{ $height } doesn't fit into { $cap } kB; it takes about { $reached } kB and would look bad below that. Try `--format jpg`.

## What is to be delivered

deliveries-usual-square = Instagram square
deliveries-usual-portrait = Instagram portrait
deliveries-usual-story = Story or reel
deliveries-usual-facebook = Facebook link
deliveries-usual-x = X post
deliveries-usual-linkedin = LinkedIn link
deliveries-usual-youtube = YouTube thumbnail
deliveries-usual-pinterest = Pinterest pin
# $names: `square`, `portrait`, …
deliveries-usage = Write `/draft deliver NAME SIZES`, for example `/draft deliver red-apple-2 1080x1080 story --max 500kb`. Sizes are pixels or { $names }; `/draft mine` lists the names.
deliveries-no-picture = Which picture? { deliveries-usage }
deliveries-no-size = Which size? { deliveries-usage }
deliveries-unknown-word = `{ $word }` is neither a size nor a picture's name. { deliveries-usage }
deliveries-flag-empty = `{ $flag }` needs a value, for example `--max 500kb` or `--format png`.
deliveries-unknown-flag = I don't know the flag `{ $flag }` here. There are `--max 500kb`, `--format png`, `--extend`.
deliveries-too-many-sizes = Those are { $count } sizes; I make up to { $most } at once.
deliveries-too-many-pictures = Those are { $count } pictures; I deliver up to { $most } at once.
deliveries-too-many-files = That makes { $count } files; I deliver up to { $most } at once. Ask for fewer sizes.
deliveries-unknown-format = I write jpg, png and webp, not `{ $format }`.
deliveries-bad-side = `{ $size }` can't be delivered: each side has { $least } to { $most } pixels.
deliveries-no-cap = `--max { $typed }` is no file size. Write it like `--max 500kb` or `--max 2mb`.
deliveries-low-cap = No picture fits into { $cap } bytes. Allow `--max { $least }kb` or more.

## Several regions in one fix

fixes-and = { $first } and { $second }

## Copies that were drawn on

markup-no-copy = That doesn't look like a drawn-over copy of this picture. Save the picture, draw on it and upload it here; it may be cropped a little, but not turned.
markup-nothing-drawn = I see nothing drawn on that copy. Draw over what should change in a strong colour and upload it again.

## Pictures and masks that people send

# Which file is meant, at the start of the three sentences below it.
masks-what = { $what ->
        [picture] That picture
        [product] The product's picture
        [attached] The attached picture
        [mask] The attached mask
        [selection] The selection
       *[file] That file
    }
masks-too-large = { masks-what } is { $width }×{ $height } pixels; I open up to { $most } megapixels. Scale it to { $fit_width }×{ $fit_height } or less, and send it again.
masks-far-too-large = { masks-what } has far more than the { $most } megapixels that I open. Send a smaller one.
masks-no-picture = { masks-what } is no picture that I can open. Attach a PNG, JPEG, WebP or HEIC.
masks-nothing-left = That leaves nothing that may change. Name a smaller region to keep.
masks-other-size = The mask is { $width }×{ $height } pixels, the picture { $picture_width }×{ $picture_height }. Save the mask at the picture's size and send it again.
masks-empty = The mask marks nothing. Paint white (or erase to transparent) where the picture may change.

## Regions in words

regions-examples = `left`, `top-right`, `center`, grid cells such as `B2:C3`, or percent such as `10% 20% 60% 80%`; `everything except B2:C3` means the rest
# $shown is what was typed, or regions-nothing
regions-unknown = I don't know the region “{ $shown }”. Say { regions-examples }, or paint it in the editor.
regions-nothing = nothing
regions-off-picture = That box lies off the picture: percent go from 0 (left, top) to 100 (right, bottom), for example `10% 20% 60% 80%`.
regions-empty = That box is empty. Give left, top, right, bottom in percent: `10% 20% 60% 80%`.
# $column is the last column's letter.
regions-off-grid = That cell lies off the picture: columns go from A to { $column } and rows from 1 to { $rows }, for example `B2:C3` for the middle.

## What is asked in a thread

replies-usage = Write `@Draftroom fix REGION: INSTRUCTION`, for example `@Draftroom fix center: make it purple`. A region is { regions-examples }; or attach a mask picture. Several at once: `fix left: make it purple; right: remove it`.
replies-empty-tweak = I don't see what to change. Say it like this: `@Draftroom warmer light, no clutter`.
replies-too-many-regions = That names { $count } regions; I fix up to { $most } at once.
replies-no-instruction = I don't see what to change. { replies-usage }
replies-long-instruction = That instruction has { $count } characters; I read up to { $most }. Shorten it and send it again.
replies-no-region = I don't see where to change it. { replies-usage }

## Stress tests

stress-usage = For example `/draft stress 50 a strawberry on a cream background`.
stress-bad-count = A stress test has 2 to { $most } pictures, so { $count } doesn't fit. { stress-usage }
stress-number-twice = A stress test says its number first, so leave `--n` out. { stress-usage }
stress-is-series = That is a series, not one prompt. Ask for another one instead. { stress-usage }

## What a stress test varies, under its pictures

# The first picture, drawn from the prompt as it was typed; the others show two of the words that follow.
spread-as-typed = as typed
# Light
spread-soft-light = soft light
spread-hard-light = hard light
spread-golden-hour = golden hour
spread-backlit = backlit
spread-neon = neon
spread-overcast = overcast
# Lens
spread-wide = wide
spread-50-mm = 50 mm
spread-tele = tele
spread-macro = macro
spread-shallow = shallow
# Palette
spread-pastel = pastel
spread-monochrome = monochrome
spread-vivid = vivid
spread-earthy = earthy
spread-cool = cool
spread-warm = warm
spread-complementary = complementary
# Composition
spread-centred = centred
spread-left-third = left third
spread-right-third = right third
spread-top-down = top-down
spread-low-angle = low angle
spread-large = large
spread-small = small

## Styles

styles-unknown = There is no style `{ $name }` here. `/draft style list` shows all; `/draft style save NAME WORDS…` makes one.
# $near: up to three names, joined by styles-or
styles-unknown-near = There is no style `{ $name }` here. Did you mean { $near }? `/draft style list` shows all; `/draft style save NAME WORDS…` makes one.
styles-or = { $first } or { $second }
styles-bad-name = `{ $name }` can't be a style's name. Use 1 to 30 letters, digits and hyphens, such as `spring-launch`.
styles-no-words = Which words should it add? For example `/draft style save spring soft light, pale green`.
styles-long-words = Those are { $count } characters; a style has at most { $most }.
styles-too-many = This channel has { $most } styles already. Drop one: `/draft style drop NAME`.
styles-bundled = `{ $name }` comes with Draftroom and can't be dropped. Saving one of that name replaces it.
lora-unknown = The engine has no LoRA `{ $name }`. { $names ->
        [none] It has none.
       *[other] It has { $names }.
    } `/draft style list` shows all styles.

## How a prompt came from another one

tweaks-replaced = “{ $old }” → “{ $new }”
tweaks-added = added “{ $words }”
tweaks-dropped = dropped “{ $words }”

## Words that a small model doesn't know

vocabulary-word = “{ $word }”
vocabulary-word-near = “{ $word }” (nearest: “{ $near }”)
# $words are those two, with commas between; $more words are not named.
vocabulary-unknown = { $more ->
        [0] The model doesn't know { $words }, so it drew the rest of the prompt.
        [one] The model doesn't know { $words } and one more word, so it drew the rest of the prompt.
       *[other] The model doesn't know { $words } and { $more } more words, so it drew the rest of the prompt.
    }
# $words: up to three, in quotation marks; $cells: the pictures' numbers; $all: yes where every one of several
draft-words-missing = { $one ->
        [yes] I can't read { $words }
       *[no] { $all ->
            [yes] In none of the pictures can I read { $words }
           *[no] I can't read { $words } in { $cells }
        }
    }{ $more ->
        [0] { "" }
       *[other] {" "}and { $more } more
    } as asked. Look closely before you use it.
vocabulary-before = The model does not know these words, and will leave them out: { $words }.
# What is typed has nothing in it that the model knows; before it is drawn, and after.
vocabulary-none-before = The model knows none of these words: { $words }, so what it draws follows none of them. { -vocabulary-known }
vocabulary-none = The model knows none of these words: { $words }, so what it drew follows none of them. { -vocabulary-known }
-vocabulary-known = Name a thing that it knows, such as an apple, a cat or a car.
vocabulary-and-more = { $more ->
        [one] { $words } and one more
       *[other] { $words } and { $more } more
    }
# Said after one of those above where people are spoken to in another language, which they probably typed.
vocabulary-english = This model reads English only: write, for instance, “a red apple on white”.
vocabulary-style = The model knows few words of the style “{ $name }”, so it may hardly show.

## Budgets as people type them

-budget-how = For example: `50 monthly`, `12.50 weekly`, `2 daily` or `100 pot`.
budget-text-empty = Say how much and how often. { -budget-how }
# $currency and $sign are codes or signs of currencies: “USD”, “€”.
budget-text-currency = Amounts here are in { $currency }, not in { $sign }. { -budget-how }
budget-text-decimals = At most six decimals are counted, and “{ $typed }” has more. { -budget-how }
budget-text-too-large = A budget can be at most { $largest } here. { -budget-how }
budget-text-negative = A budget cannot be negative. { -budget-how }
budget-text-no-amount = “{ $typed }” is no amount. { -budget-how }
budget-text-digits = Please write the amount with the digits 0 to 9. { -budget-how }
budget-text-sign-behind = Leave out the currency sign, or put it before the number. { -budget-how }
budget-text-which = Is “{ $typed }” a thousand, or one? Write `{ $thousands }`, or leave out the zeros. { -budget-how }
budget-text-commas = Write the amount without commas, with a point for decimals. { -budget-how }
# The words daily, weekly, monthly and pot are typed, so they stay English.
budget-text-how-often = Say how often, too: daily, weekly, monthly, or pot for a fixed sum. { -budget-how }
budget-text-exponent = Write the amount out, without an exponent. { -budget-how }
budget-text-unknown = “{ $typed }” is no budget. { -budget-how }

## What the ledger refuses

ledger-over-budget = This needs { $asked }, and { $left } is left of this channel's budget.

## What a summary is called

summary-title-daily = Daily cost summary
summary-title-today = Today so far
summary-title-this-week = This week so far
# $day is the day of the month on which the week begins, $month a short name: “Week of 2 Nov”.
summary-title-weekly = Week of { $day } { $month }

## A summary's chart and its alt text

summary-chart-tier-draft = Draft
summary-chart-tier-pro = Pro
summary-chart-tier-fix = Fix
summary-chart-budget-daily = Budget today
summary-chart-budget-weekly = Budget this week
summary-chart-budget-monthly = Budget this month
# The budget is a fixed sum without a period.
summary-chart-budget-pot = Budget
# The heading where the channel's name is not known.
summary-chart-untitled = Summary
# $title is one of the summary-title texts.
summary-chart-titled-span = { $title }: { $span }
# $weekday and $month are short names: “Mon 2 Nov, 09:00”.
summary-chart-moment = { $weekday } { $day } { $month }, { $time }
summary-chart-span = { $start } – { $end }
# Below a large amount of money. $count chooses the form, $shown is the same number with separators.
summary-chart-for-pictures =
    { $count ->
        [one] for { $shown } picture
       *[other] for { $shown } pictures
    }
# Below a large number.
summary-chart-approved = approved
# Below a large amount of money: what each approved picture cost.
summary-chart-per-approved = each approved
summary-chart-last-days = Last { $days } days
summary-chart-nothing = Nothing spent
# Above the budget's bar, beside “Budget this month”.
summary-chart-left = { $left } left of { $limit }
summary-chart-over = { $over } over the { $limit }
# $share is summary-chart-share or summary-chart-share-small.
summary-chart-used = { $spent } spent ({ $share })
summary-chart-used-and-held = { $spent } spent ({ $share }) · { $held } set aside for work under way
summary-chart-share = { $share } %
summary-chart-share-small = under 1 %
summary-chart-forecast = Forecast for { $day } { $month }: { $amount }
summary-chart-forecast-over = Forecast for { $day } { $month }: { $amount }, { $over } over
# $about is the channel, what the summary is called, and its time, as far as they are known:
# “#sunflower-spring, Week of 2 Nov, Mon 2 Nov, 00:00 – Mon 9 Nov, 00:00”. $tiers and $days are lists of
# summary-alt-amount, $pictures is summary-alt-pictures, $approved one of the summary-alt-approved texts, $period one of the
# summary-chart-budget texts, $left is summary-alt-left or summary-alt-over.
summary-alt = Summary of { $about }: { $spent } spent ({ $tiers }) on { $pictures }, { $approved }. { $period }: { $used } of { $limit } spent, { $held } set aside, { $left }. Last { $count } days: { $days }.
# $forecast is one of the summary-chart-forecast texts.
summary-alt-with-forecast = { $text } { $forecast }.
# $name is a tier or a weekday: “Draft $0.0042”, “Mon $1.20”.
summary-alt-amount = { $name } { $amount }
summary-alt-pictures =
    { $count ->
        [one] { $shown } picture
       *[other] { $shown } pictures
    }
summary-alt-approved = { $count } approved
summary-alt-approved-each = { $count } approved at { $each } each
summary-alt-left = { $left } left
summary-alt-over = { $over } over

## Days that a report covers

span-one-day = { $day } { $month } { $year }
# “1–15 Nov 2026”
span-in-month = { $first }–{ $last } { $month } { $year }
# “28 Nov – 3 Dec 2026”
span-in-year = { $first } { $first_month } – { $last } { $month } { $year }
# “28 Dec 2026 – 3 Jan 2027”
span-over-years = { $first } { $first_month } { $first_year } – { $last } { $month } { $year }
-span-how = Say `today`, `yesterday`, `week`, `last week`, `month`, `last month`, a month such as `2026-11`, or two days such as `2026-11-01..2026-11-15`.
span-unknown = “{ $typed }” is no period that I know. { -span-how }
span-no-such-day = There is no { $day } in the calendar. { -span-how }
span-years = Reports cover the years { $first } to { $last }. { -span-how }
span-backwards = { $last } lies before { $first }. Write the earlier day first.
span-too-long = A report covers up to { $days } days. Ask for a shorter time.

## Commands about costs, clients and margins

# $words and $last are words that are typed: “tier, person, brief, client” and “day”.
costs-grouping-unknown = Costs can be told by { $words } or { $last }, not by “{ $typed }”. For example: `/draft costs last month by person`.
costs-client-malformed = A client code is one word of up to { $limit } letters and digits, with . _ / - between them: for example `/draft client ACME-26`. `/draft client none` removes it. Nothing was changed.
costs-margin-malformed = A margin is a number of per cent from 0 to { $limit }, with at most two decimals, on top of the cost: for example `/draft margin 20%`. Nothing was changed.
costs-terms-not-allowed = Only workspace admins, and people whom the operator named, set clients and margins. Ask one of them to type it. Nothing was changed.

## The page of costs

costs-page-link-expired = This link has expired, or isn't whole.
costs-page-not-inside = Whoever gave this link is no member of its channel any more. Ask somebody in the channel for a new one.
costs-page-link-void = Whoever made this link has signed out since, so it is void.
costs-page-refused = This link doesn't open anything
costs-page-refused-help = Type `/draft costs` in the channel, and press “Page”: that makes a new link. If somebody sent you this one, ask them for it.
costs-page-no-picture = There is no such picture in this channel.
# $place is a channel, $span are days: “Costs of #sunflower-spring, 1–30 Nov 2026”.
costs-page-title = Costs of { $place }, { $span }
costs-page-heading = Costs of { $place }
# $zone is a time zone: “Europe/Berlin”.
costs-page-days = { $span } · days in { $zone }
costs-page-download = Download CSV
# $currencies are codes: “EUR, USD”.
costs-page-other-currencies = What was spent in { $currencies } in these days isn't counted here.
costs-page-nothing = Nothing was spent in these days.
costs-page-over-time = Spend over time
costs-page-by-tier = By tier
costs-page-by-person = By person
costs-page-by-client = By client
costs-page-by-asset = By asset
# Heads of columns.
costs-page-tier = Tier
costs-page-person = Person
costs-page-client = Client
costs-page-asset = Asset
costs-page-picture = Picture
costs-page-spent = Spent
costs-page-share = Share
costs-page-total = Total
costs-page-drafts = Drafts
costs-page-pro = Pro
costs-page-fixes = Fixes
costs-page-with-margin = With margin
# In a cell: “12.5 %”.
costs-page-percent = { $share } %
costs-page-no-client = No client code
costs-page-note = Work counts on the day on which its money was set aside, at what it really cost; amounts are in { $currency }, exact to the millionth. The total is { $total }.
costs-page-expiry = Whoever has this page's address can read it until { $moment }. For a new one, type `/draft costs` in the channel.
# Names of the large figures at the top, and what stands small below each.
costs-page-card-spent = Spent
costs-page-card-assets =
    { $count ->
        [one] { $count } asset
       *[other] { $count } assets
    }
costs-page-card-margin = With margin
costs-page-card-on-top = { $percent }% on top
costs-page-card-margins-differ = margins differ by asset
costs-page-card-approved = Approved
costs-page-card-of-assets =
    { $count ->
        [one] of { $count } asset
       *[other] of { $count } assets
    }
costs-page-card-each = Per approved asset
costs-page-card-each-how = all spend over approved assets
costs-page-dearest = These are the { $shown } dearest of { $count } assets; the sums and the CSV file count all of them.
costs-page-approved-by = Approved by { $people }
costs-page-not-approved = Not approved
costs-bars-figures = The chart's figures
# Heads of a column of dates: a bar is a day, or a week or month that begins on that day.
costs-bars-head-day = Day
costs-bars-head-week = Week from
costs-bars-head-month = Month from
costs-bars-total = Total
# Below a bar that is a day or a week, and below one that is a month.
costs-bars-day = { $day } { $month }
costs-bars-month = { $month } { $year }
# Shown when a bar is pointed at. $amounts are several costs-bars-amount.
costs-bars-bar = { $day }: { $amounts }
costs-bars-bar-empty = { $day }: nothing
# “Drafts $0.0042”
costs-bars-amount = { $tier } { $amount }
# For those who do not see the chart. $busiest is a date, $most what was spent from it on.
costs-bars-alt-day = Spend by day: { $bars } bars, { $total } in all; most from { $busiest }, { $most }.
costs-bars-alt-week = Spend by week: { $bars } bars, { $total } in all; most from { $busiest }, { $most }.
costs-bars-alt-month = Spend by month: { $bars } bars, { $total } in all; most from { $busiest }, { $most }.

## The chart of drift from a palette

# Below the channel's name, above the palette.
drift-chart-about = How far its pictures are from its colours
# Numbers are distances of colours; what lies above a tolerance is flagged.
drift-chart-figures-calm =
    { $pictures ->
        [one] 1 picture · half within { $median } · none flagged
       *[other] { $pictures } pictures · half within { $median } · none flagged
    }
drift-chart-figures =
    { $pictures ->
        [one] 1 picture · half within { $median } · { $flagged } flagged above { $tolerance }
       *[other] { $pictures } pictures · half within { $median } · { $flagged } flagged above { $tolerance }
    }
# Along the line in the chart.
drift-chart-limit = flagged above { $tolerance }
# Along the lower edge: the pictures stand in this order.
drift-chart-order = oldest to newest picture
drift-alt-calm =
    { $pictures ->
        [one] Chart of how far 1 picture is from the palette { $palette }: { $largest }, { $flagged } flagged above { $tolerance }.
       *[other] Chart of how far { $pictures } pictures are from the palette { $palette }: half within { $median }, the farthest { $largest }, { $flagged } flagged above { $tolerance }.
    }
# $named is a list of drift-alt-picture, or drift-alt-more.
drift-alt =
    { $pictures ->
        [one] Chart of how far 1 picture is from the palette { $palette }: { $largest }, { $flagged } flagged above { $tolerance }: { $named }.
       *[other] Chart of how far { $pictures } pictures are from the palette { $palette }: half within { $median }, the farthest { $largest }, { $flagged } flagged above { $tolerance }: { $named }.
    }
# $name is a picture's.
drift-alt-picture = { $name } { $distance }
drift-alt-more = { $named } and { $count } more

## Sheets and swatches

# Labels on two pictures side by side.
sheet-before = Before
sheet-after = After
# Under a picture of a series. $distance is a number, $label what is different about the picture.
series-sheet-off-palette = off palette { $distance } · { $label }
# $colours is a list such as “navy #0a1a3f, #ffffff”.
swatches-alt =
    { $count ->
        [one] Palette of one colour: { $colours }
       *[other] Palette of { $count } colours: { $colours }
    }

## The editor's links

# “Edit picture” is the button under a picture in a thread.
editor-too-many-streams = This page is open too often at once. Close some of its tabs.
editor-link-broken = This link doesn't hold: it has expired, or isn't whole. Press “Edit picture” in the thread for a new one.
editor-link-void = You signed out, so this link is void. Press “Edit picture” in the thread for a new one.

## The editor: what a request can't have

editor-unreadable = That request cannot be read. Load the page again.
editor-not-inside = This link is for members of the channel. Join it in Slack, then open the editor from the picture again.
editor-foreign-page = That request didn't come from the editor's own page.
editor-too-much = That is too much at once: more than { $megabytes } MB.
site-no-file = There is no such file.
editor-no-whole-number = “{ $text }” is no whole number from { $least } to { $most }.
editor-no-version = That request names no version. Load the page again.
editor-no-key = That request has no key of its own. Load the page again.
editor-candidates-limit = Ask for 1 to { $most } candidates.
editor-regions-limit = A request has 1 to { $most } regions.
editor-instruction-missing = Say what should be there: an instruction is missing.
editor-instruction-long = That instruction has { $count } characters; I read up to { $most }. Shorten it.
editor-selection-size = The selection is { $width }×{ $height } pixels, the picture { $picture_width }×{ $picture_height }. Load the page again and select anew.
editor-selection-empty = Nothing is selected. Paint over what should change.
editor-selection-missing = Each region needs its selection. Load the page again and select anew.
editor-selection-none = That version was made without a selection.
editor-discarded-already = You discarded this result before. Ask for the fix again.
editor-version-foreign = That version isn't part of this thread.
editor-job-foreign = That fix isn't part of this thread.
editor-stop-not-yours = Only <@{ $person }>, who asked for that fix, can stop it.

## The editor: regions, as they stand behind “Fixed” and “Adjusted” in the thread

editor-region-painted = the painted region
editor-region-numbered = region { $number }
editor-region-extended = the extended canvas
editor-region-whole = the whole picture
editor-region-selection = the selection
editor-region-marked = the marked region

## Extending the canvas

extend-how-far = Say how far to extend the left, right, top and bottom, in percent.
extend-limit = A side can be extended by up to { $most } % at once.
extend-no-side = Choose a side to extend.
extend-too-large = That would make { $width }×{ $height } pixels; I draw up to { $most } on a side. Extend by less, or from a smaller version.

## Adjustments

adjust-unknown = An adjustment has exposure, contrast, warmth and saturation.
adjust-range =
    { $what ->
        [exposure] Exposure goes from -{ $most } to { $most }.
        [contrast] Contrast goes from -{ $most } to { $most }.
        [warmth] Warmth goes from -{ $most } to { $most }.
       *[saturation] Saturation goes from -{ $most } to { $most }.
    }
adjust-nothing = Nothing is moved yet. Move a slider first.
# One part of a list such as “exposure +0.5, warmth −20”.
adjust-moved =
    { $what ->
        [exposure] exposure { $by }
        [contrast] contrast { $by }
        [warmth] warmth { $by }
       *[saturation] saturation { $by }
    }
# $words is such a list, $region one of editor-region-whole and editor-region-selection.
adjust-done = Adjusted { $region }: { $words }
adjust-done-for = :level_slider: *Adjusted { $region }:* { $words } for <@{ $person }>
adjust-compared-alt = Before and after the adjustment { $words } of: { $prompt }
adjust-picture-alt = The adjusted picture: { $prompt }; { $words }
adjust-facts = pixels changed outside the mask: 0 · no model · free · { $left }
adjust-kept = The version before is kept. :leftwards_arrow_with_hook: goes back to it.
adjust-compared-file-alt = Before and after: { $words }
adjust-picture-file-alt = Adjusted: { $words }

## The editor in the thread

editor-paint-it = 🖌️ Paint it
editor-link-told = Here is your way to this picture, for you alone.
editor-link-open = Open the editor
editor-link-terms = The link is yours and works for { $hours } h. `/draft signout` makes all your links void.
editor-went-back = <@{ $person }> went back to { $title }. The next fix starts from it; later versions are kept.
editor-stopped = <@{ $person }> stopped the fix { $instruction }. Nothing was charged.
editor-grid-unfinished = That grid isn't finished yet. Ask again when its pictures are there.

## Drawn-over copies

markup-no-picture = There is no finished picture in this thread yet that a copy could be of.
markup-nothing-to-compare = There is nothing to compare that copy with.
markup-say-what = Say what should be there.
markup-dealt-with = That marked picture was dealt with already. Upload it again to start anew.
# $percent is 0 for less than 1 %; $instruction stands in quotation marks.
markup-understood =
    <@{ $person }> marked { $percent ->
        [0] less than 1 %
       *[other] { $percent } %
    } of the picture, for { $instruction }
markup-understood-silent =
    <@{ $person }> marked { $percent ->
        [0] less than 1 %
       *[other] { $percent } %
    } of the picture. What should be there?
markup-understood-alt =
    What was understood: { $percent ->
        [0] less than 1 %
       *[other] { $percent } %
    } of the picture may change, the rest is dimmed
markup-understood-file-alt = What was understood of the marks
markup-cost = Nothing is spent yet; it will be { $cost } · { $left }
markup-fix = Fix it
markup-say = Say what to do
markup-drop = Not that
markup-confirmed = <@{ $person }> confirmed the marks: { $instruction }.
markup-dropped = <@{ $person }> took the marks back. Nothing was spent.
markup-form-title = Fix what is marked
markup-form-submit = Fix it
markup-form-close = Cancel
markup-form-label = What should be there?
markup-form-example = make it purple

## How a fix gets on, on the page

following-stopped = Stopped. Nothing was charged.
# $failure is a whole sentence.
following-failed = { $failure } Nothing was charged.
following-waiting = The engine is away; trying again…

## The tree of versions

tree-you = you
tree-somebody = somebody
# At the beginning of a sentence.
tree-you-first = You
tree-somebody-first = Somebody
tree-free = free
tree-time = { $time } UTC
tree-draft = Draft { $number }
tree-pro =
    { $number ->
        [1] Pro render
       *[other] Pro render { $number }
    }
# How a fix without words is called.
tree-fix = fix

## The editor's page. The page itself fills in what stands in { $braces } here, after the language was chosen: so a text
## that begins with “page-” can't choose between forms by a value. Write one that fits any number, where there is one.
## Single letters such as (Z) are keys on the keyboard that the page listens to; they stay.

page-title = Edit picture · Draftroom
page-window = { $prompt } · Draftroom editor
page-skip = Skip to the instruction
page-noscript = The editor paints with JavaScript. Allow it for this page, or reply in the thread: `@Draftroom fix center: make it purple`.
page-loading = Loading the picture…
page-history = History
page-undo = Undo
page-undo-hint = Undo (Ctrl Z)
page-redo = Redo
page-redo-hint = Redo (Ctrl Shift Z)
page-shortcuts = Keyboard shortcuts
page-shortcuts-hint = Keyboard shortcuts (?)
page-sign-out = Sign out
page-menu = More
page-sign-out-more = Sign out…
page-sign-out-ask = Sign out?
page-sign-out-told = All your links to the editor and to costs become void, on every device. Results that wait here go on waiting; “Edit picture” gives you a new link.
page-sign-out-stay = Stay
page-signed-out = You are signed out. All your links to the editor are void; press “Edit picture” in the thread for a new one.
page-closed = The editor is closed
page-unreachable = Draftroom can't be reached. Check the connection and try again; nothing was lost.
page-broken = Something broke inside Draftroom, and nothing was charged. Try it once more; if it breaks again, tell whoever runs Draftroom: its log says what.
page-new-version = Somebody made a new version. It is under Versions.

## The editor's page: the picture

page-picture = Picture
page-picture-role = picture editor
page-picture-alt = { $title } of: { $prompt }
page-picture-hint = Arrow keys move a cursor over the picture, Shift moves faster. Space uses the tool at the cursor. Plus and minus zoom. Question mark lists all keys.
page-view = View
page-zoom-out = Zoom out
page-zoom-out-hint = Zoom out (−)
page-zoom-in = Zoom in
page-zoom-in-hint = Zoom in (+)
page-fit-hint = Fit to window (0)
# Is read out before a percentage.
page-fit-zoom = Fit to window, zoom is
page-percent = { $number } %
page-percent-least = <1 %
page-peek = Show the selection
page-peek-hint = Show or hide the selection (H)
page-selected = { $number } % selected
page-selected-least = less than 1 % selected
page-selected-none = Paint over what should change
page-before = Before
page-after = After
page-split = Before and after: how much of the picture shows before
page-split-told = { $number } % before

## The editor's page: tools

page-tools = Selection tools
page-tool = Tool
page-tool-options = Tool options
page-tool-brush = Brush
page-tool-eraser = Eraser
page-tool-rectangle = Rectangle
page-tool-lasso = Lasso
page-tool-wand = Select like this
page-tool-hand = Move the view
# The last two again, as short as the others.
page-tool-wand-short = Like this
page-tool-hand-short = Move
page-tool-first = Choose a tool first: B brush, E eraser, R rectangle, L lasso, W select like this.
page-size = Size
page-size-told = { $number } pixels
page-size-short = { $number } px
page-tolerance = Tolerance
page-joined = Joined only
page-take = Take away
page-take-hint = Take away from the selection instead (Alt)
page-acts = Change the selection
page-all = All
page-all-hint = Select everything (A)
page-invert = Invert
page-invert-hint = Select what is not selected (I)
page-grow = Grow
page-grow-hint = Make the selection wider
page-shrink = Shrink
page-shrink-hint = Make the selection narrower
page-feather = Feather
page-feather-hint = Soften the selection's edge, inwards
page-clear = Clear
page-clear-hint = Select nothing (Delete)

## The editor's page: keyboard shortcuts

page-keys = Keyboard
page-keys-close = Close
page-keys-tools = brush, eraser, rectangle, lasso, select like this, move
page-keys-size = smaller or larger brush
page-key-arrows = Arrow keys
page-keys-arrows = move the cursor over the picture; with Shift faster, with Alt the view
page-key-space = Space
page-keys-space = use the tool at the cursor; hold it and drag to move the view
page-keys-zoom = zoom in, out, fit, actual pixels
page-key-undo = Ctrl Z
page-key-redo = Ctrl Shift Z
page-keys-undo = undo, redo
page-key-delete = Delete
page-keys-select = select all, invert, select nothing
page-keys-peek = show or hide the selection
page-key-send = Ctrl Enter
page-keys-send = send the fix, from the instruction
page-keys-list = this list
page-keys-more = Wheel or pinch zooms; Shift and wheel, or two fingers, move. Alt turns adding into taking away.

## The editor's page: asking for a fix

page-panels = What to do
page-fix = Fix
page-adjust = Adjust
page-versions = Versions
page-regions = Regions
page-region = Region { $number }
page-region-empty = empty
page-region-add = Region
page-region-add-hint = Another region with an instruction of its own
page-region-remove = Remove this region
page-what = What should be there?
page-what-in-region = What should be in region { $number }?
page-what-continues = What continues there?
page-example = make the petals white
page-suggestions = Suggestions
page-replace = Replace
page-recolour = Recolour
page-remove = Remove
page-relight = Relight
page-extend = Extend
page-extend-canvas = Extend the canvas
page-extend-left = Left
page-extend-right = Right
page-extend-top = Top
page-extend-bottom = Bottom
# Before a choice of percentages.
page-extend-by = By
page-candidates-number = Number of candidates
page-candidates = Candidates
page-candidates-fewer = Fewer candidates
page-candidates-more = More candidates
page-cost = Cost: { $cost }
page-cost-free = Free
page-send = Fix it
page-lacks-paint = Paint over what should change.
page-lacks-side = Choose a side to extend.
page-lacks-continuation = Say what continues there.
page-lacks-instruction = Say what should be there.
page-lacks-instruction-in-region = Say what should be in region { $number }.
page-busy-fix = A fix is being made.

## The editor's page: while a fix is made, and its result

page-progress = Progress of the fix
page-asking-one = Asking for the fix…
# From 2 to 4.
page-asking-many = Asking for { $number } candidates…
page-queued = In the queue, { $number } ahead…
page-drawing = Drawing…
page-first-look = Drawing… this is a first look
page-lost = The connection was lost. Look in the thread for the result.
page-stop = Stop
page-stopping = Stopping…
page-close-freely = You can close this page: the result comes to the thread in any case.
page-result-one = Result
# From 2 to 4.
page-result-many = { $number } candidates
page-candidate = Candidate { $number }
page-outside = pixels outside the mask changed: { $number }
page-result-kept = Nobody else sees this before you use it; it waits here, also when you leave. The version before is kept.
page-use = Use it
page-another = Another ({ $cost })
page-discard = Discard
page-used = It is in the thread now. Go on from here.
page-result-cost = It has cost { $cost }. Another one costs anew.
page-result-free = This was free.

## The editor's page: adjustments

page-exposure = Exposure
page-exposure-told = { $value } EV
page-contrast = Contrast
page-warmth = Warmth
page-saturation = Saturation
page-save = Save as a version
page-reset = Reset
# The next one follows it.
page-free = Free
page-free-why = no model, no waiting
page-scope-selection = On the selection ({ $number } % of the picture).
page-scope-whole = On the whole picture. Select a part to adjust only that.
page-move-first = Move a slider first.
page-busy-adjustment = The adjustment is being saved.
page-saved = Saved as a new version, for free. The thread has it too.

## The editor's page: versions

page-versions-told = Each version stays as it is. Go on from any of them; what two people make of the same one stands side by side.
page-versions-none = No versions yet.
# $person is a name, or one of tree-you-first and tree-somebody-first.
page-working = { $person } asked for “{ $instruction }”…
page-open = Open
page-current = In the thread
page-current-hint = A fix in the thread starts from this one
page-make-current = Use in the thread
page-made-current = The thread goes on from this version.
page-compare = Before / after
page-select-same = Select the same
page-other-size = That selection was made on a picture of another size.

## The form for a draft

form-title = New draft
form-send = Draft
form-cancel = Cancel
form-prompt = What do you want to see?
form-place = In which channel?
form-prompt-example = a sunflower on a blue background
form-cells = Pictures in the grid
form-aspect = Shape
form-aspect-square = Square 1:1
form-aspect-landscape = Landscape 3:2
form-aspect-wide = Wide 16:9
form-aspect-portrait = Portrait 2:3
form-aspect-tall = Tall 9:16
# $ratio is width to height: 7:5
form-aspect-before = As before, { $ratio }
form-aspect-usual = As usual here, { $ratio }
form-negative-prompt = What should not be in it?
form-seed = Seed
form-seed-example = a whole number
form-seed-hint = The same seed and prompt draw the same pictures again.

## Its fields for styles and reference pictures

form-style = Style
form-style-hint = Adds its words to the prompt.
# $words are what the style adds.
form-style-option = { $style }: { $words }
form-drawn-from-given = :frame_with_picture: Drawn from *{ $picture }*.
form-drawn-from = Drawn from
# $picture is its name.
form-drawn-from-before = As before: { $picture }
form-drawn-from-none = None
form-like = Reference picture
form-like-example = red-apple-2/2, or a link to a message with a picture
form-like-hint = The drafts start from it: a sketch, a photo, an older picture.
form-upload = Or upload one
form-upload-hint = PNG, JPEG or WebP.
form-strength = How close to the reference?
# $value is a number from 0 to 1, as in `--strength 0.6`.
form-strength-near = Very close to it ({ $value })
form-strength-like = Like it ({ $value })
form-strength-loose = Loosely like it ({ $value })
form-strength-far = Hardly like it ({ $value })

## Reference pictures

reference-unnamed = a picture
reference-too-small = That picture is { $width }×{ $height } pixels, too small to draw from. Its sides need at least { $least }.
reference-no-picture = That message holds no picture that I can open (PNG, JPEG, WebP or HEIC).
reference-several = That message holds { $count } pictures, and I can't tell which one you mean. Post the one by itself and link to that.
reference-hidden = I can't use that picture: it lies in a conversation that you or I are not in. Invite me there, or upload the picture here.
reference-which = Brief `{ $brief }` has { $count } pictures. Say which one: `--like { $brief }/1`.
reference-none-yet = Brief `{ $brief }` has no pictures yet.
reference-no-picture-of-mine = That message of mine holds no picture to go by.
reference-which-cell = That grid has { $count } pictures. Say which one: `--like { $brief }/1` to `{ $brief }/{ $count }`.

## What may be typed after --like and --strength

like-unknown = `{ $typed }` names no picture. After `--like` comes a link to a Slack message that holds a picture (⋯ → Copy link), or a brief's name with the picture's number, such as `red-apple-2/2`.
# $least is a number between 0 and 1.
like-no-strength = `--strength { $typed }` doesn't fit. It says how far the drafts may go from the reference picture: { $least } stays very close, 1 hardly looks at it. Try `--strength 0.6`.

## Products, and how they are cut out

-product-how = Upload a PNG whose background is transparent, or a picture on a plain background; or attach a second picture of the same size that is white where the product is and black elsewhere.
product-wrong-size = The product's picture is { $width }×{ $height } pixels; I take { $least } to { $most } on a side.
product-not-plain = I can't tell the product from its background, which isn't plain. { -product-how }
product-not-found = I find no product in that picture. { -product-how }
product-fades = Part of the product has the same light as its background, so I can't tell where it ends. { -product-how }
product-fills = The product fills the whole picture, so there is no background to replace. { -product-how }
product-painted-little = Hardly anything is painted. Paint over the whole product.
product-painted-all = Nearly everything is painted, so there is no background to replace. Paint over the product only.
product-unpainted = Nobody has said yet where the product is. Press “Paint the product…” first.
product-in-use = Backgrounds were asked for around that product already. Paint it from their question, or upload its picture again.
product-not-redrawn = These are backgrounds around a product, which a new draft would redraw. Ask for others: `/draft backgrounds on a teal background; on pink; on white`.
# How a product is called whose file has no name.
product-unnamed = product

## What is to stand behind a product

-backdrops-usage = Upload the product's picture with `@Draftroom backgrounds` and one prompt a line, for example `on a teal background`, `on pink`, `on white`; or attach a CSV file with a column `prompt`.
backdrops-attach = Attach one product's picture, its mask if it needs one, and at most one CSV file. { -backdrops-usage }
backdrops-no-product = There is no product of yours in this channel yet. { -backdrops-usage }
backdrops-no-prompts = What is to stand behind it? { -backdrops-usage }
backdrops-long-prompt = One of the prompts has { $count } characters; I read up to { $most }.
backdrops-too-many = Those are { $count } backgrounds; I make up to { $most } at once.
backdrops-too-few-pictures = There are { $prompts } prompts for { $wanted } pictures. Leave the number out, or raise it.
backdrops-csv-empty = That CSV file has no prompts. { -backdrops-usage }

## Backgrounds around a product, as messages

# $name is a product's file: vase.png
backgrounds-cut = Cut out { $name } for <@{ $person }>
backgrounds-cut-head = :scissors: *Cut out { $name } for <@{ $person }>*
backgrounds-cut-next = Now say what stands behind it: `/draft backgrounds on a teal background; on pink; on white`. `--shadow` puts a soft shadow under it. The product's own pixels never change.
backgrounds-cutout-alt = The product of { $name }, cut out
backgrounds-unclear = Where is the product in { $name }?
backgrounds-unclear-head = :scissors: *Where is the product in { $name }?* For <@{ $person }>
backgrounds-unclear-next = Or paint over it in the editor. Nothing is charged before you start.
backgrounds-paint = Paint the product…
backgrounds-paint-label = Paint the product: get your own link to the editor

## What is done around a product

# The name of the brief that they make: “vase.png on 4 backgrounds”.
backgrounds-brief =
    { $name } on { $count ->
        [one] a background
       *[other] { $count } backgrounds
    }
backgrounds-pixels-changed = { $pixels } pixels of the product would have changed, so the picture was dropped.
product-own-paint = Only <@{ $author }>, who asked for it, or a workspace admin can paint that.
product-other-size = What you painted has another size than the picture. Load the page again and paint anew.

## The editor's page where a product is painted

page-product = Paint the product
page-product-hint = Cover it whole, up to its edges. What you paint is kept pixel for pixel; everything else gives way to the backgrounds. Painting is free.
page-product-none = Paint over the product
page-product-use = Use as the product
page-product-using = The product is being cut out…
page-product-used = Used. Go on in Slack; you can also paint more and use it again.

## What the bot asks back, before anything costs

# $words: what that person wrote.
mention-unclear = I am not sure what you mean by “{ $words }”. Nothing was drawn and nothing charged. What shall I do?
mention-which = Which one do you approve? Nothing was charged yet.
mention-draw = Draw again with that
mention-approve = Approve { $number }
mention-not-here = Say that in the thread of the grid that it is about; here I don't know which. Nothing was charged.
mention-nothing-to-undo = There is nothing to undo here: no fix was made in this thread. An approval is taken back by taking your number away.
commands-link-first = I don't read a link as a prompt. For a picture in Slack, add `--like` with the link of its message; for one from the web, attach it: `@Draftroom draft …`. Nothing was charged.
commands-weights = I don't know weights such as `(apple:1.3)` or `teal::2`. Say it in words, for example `mostly teal`. Nothing was charged.
# $typed: what that person typed. $near: the command that was probably meant.
commands-did-you-mean = Did you mean `/draft { $near }`? I didn't draw “{ $typed }”, and nothing was charged.
# $typed: an amount such as 1.000. $thousands: the same without its dots.
commands-which-amount = Is { $typed } a thousand or one? Write `{ $thousands }`, or one without zeros behind the dot. Nothing was changed.
commands-in-thread = “{ $typed }” belongs in the thread of a picture: mention me there, or use the buttons and emoji under it. I drew nothing, and nothing was charged.

## Marks of deliveries

settings-label = *Deliveries* say that a model made them { $label ->
    [none] nowhere but in their marks.
    [corner] in their message, and by a label in the file.
   *[line] in their message.
}
settings-label-label = Label of deliveries
settings-label-option = { $label ->
    [none] None that people see
    [corner] A line in the message, a label in the file
   *[line] A line in the message
}
policy-choose-label = Choose how deliveries are labelled.
marking-corner = AI-generated
marking-line = :label: Made with a generative model (AI).
marking-refused = “{ $term }” isn't drawn here: { $reason } Nothing was charged.

## The page that is asked about a picture (bot/inspect/)
inspect-page-title = Was this picture made here?
inspect-page-lead = Drop a picture, a screenshot, or a part of one. The answer says whether Draftroom made it, when, with which model, and whether it was changed since.
inspect-page-drop = Drop a picture here, or choose one
inspect-page-limits = PNG, JPEG, WebP, GIF, HEIC or AVIF, up to 25 MB and 16 megapixels
inspect-page-ask = Ask
inspect-page-kept = What you send is looked at and not kept. This page says what this studio knows: nothing that it does not know is proof of anything.
inspect-page-picture = The picture that you sent
inspect-page-known = Made here
inspect-page-not-known = Not known here
inspect-page-unknown = Nothing like it was made or delivered here, as far as its file and its pixels tell.
inspect-page-by-file = This very file was made or delivered here, byte for byte.
inspect-page-by-pixels = Every pixel is as it was made here. Only the file was written again.
inspect-page-by-recipe = It is known by the recipe in its file and by its looks.
inspect-page-by-watermark = It is known by the watermark in its pixels and by its looks.
inspect-page-when = Made
inspect-page-what = As
inspect-page-kind = { $kind ->
    [cell] a draft
    [pro] a Pro render
    [fix] a fixed picture
   *[other] { $kind }
}
inspect-page-model = Model
inspect-page-changed = Changed since
inspect-page-changed-state = { $state ->
    [file] no
    [pixels] no, only saved again
   *[other] yes: cut, scaled, saved with loss, or worked on
}
inspect-page-recipe = Recipe
inspect-page-name = Name
inspect-page-prompt = Prompt
inspect-page-instruction = Fix
inspect-page-seed = Seed
inspect-page-hidden = Prompt and recipe are for members of its channel: type `/draft inspect` in Slack for a link of your own.
inspect-page-marks = Marks in the file
inspect-page-label = Says it is
inspect-page-source = { $kind ->
    [made] made by a trained model
    [composite] a person's own picture, changed by a trained model
    [none] nothing
   *[other] something else
}
inspect-page-signature = Signed
inspect-page-unsigned = no content credentials
inspect-page-signed = { $state ->
    [Invalid] by { $issuer }, and changed or damaged since: the signature does not hold
    [Trusted] by { $issuer }, unchanged, and on the trust list
   *[other] by { $issuer }, unchanged; nobody known vouches for the signer
}
inspect-page-watermark = Watermark
inspect-page-watermark-found = found
inspect-page-closed = This page is for colleagues: type `/draft inspect` in Slack for a link of your own.
inspect-page-expired = This link has expired, or isn't whole. Type `/draft inspect` in Slack for a new one.
inspect-page-void = Whoever made this link has signed out since, so it is void. Type `/draft inspect` in Slack for a new one.
inspect-page-no-colleague = Whoever made this link is no colleague any more. Ask somebody in the workspace for one.
inspect-page-elsewhere = Send the picture from the page itself.
inspect-page-no-file = Choose a picture first.
inspect-page-too-large = That file has more than { $most } MB. Send a smaller copy or a screenshot of it.
inspect-page-too-many = That were { $most } pictures in a minute. Wait a moment, then ask again.
inspect-page-slow = That file took too long to arrive. Send a smaller copy or a screenshot of it.
inspect-page-busy = Others are asking right now. Try again in half a minute.
answer-inspect = <{ $link }|Was this picture made here?> Drop any picture on that page. The link is yours and works for { $days } days; it shows recipes from your channels alone.

## Installing it in a workspace

install-title = Add Draftroom to Slack
install-text = Slack asks which workspace, and what the app may do there. Pictures, costs and settings of one workspace are never seen in another one.
install-add = Add to Slack
install-done-title = Draftroom is in { $team }
install-done-text = Invite it to a channel, then type /draft there. You can close this page.
install-later-title = Draftroom is installed in { $team }, but does not work there yet
install-later-text = It tries again by itself. If it does not answer in Slack after a while, ask whoever runs it: its log says why.
install-failed-title = It was not installed
install-state = This page was open for too long, or was opened from elsewhere. Begin again at the page that adds Draftroom to Slack.
install-refused = Slack says “{ $code }”. Begin again at the page that adds Draftroom to Slack.
install-one-workspace = Draftroom is installed in one workspace at a time, not in a whole organisation. Begin again, and choose a workspace.
install-not-allowed = The workspace { $team } is not among those that this Draftroom is for. Ask whoever runs it.
