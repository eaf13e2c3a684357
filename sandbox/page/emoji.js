// The emoji of this workspace: names as Slack spells them, their characters, and the picker's groups.

import { h } from "./dom.js";

const GROUPS_TEXT = {
  "Numbers and marks": `one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟
    white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ heavy_multiplication_x ✖️
    negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_division_sign ➗ infinity ♾️ 100 💯
    warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧 rotating_light 🚨 question ❓ grey_question ❔
    exclamation ❗ grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ information_source ℹ️ new 🆕 ok 🆗 sos 🆘 up 🆙 cool 🆒 free 🆓
    red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
    large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ arrow_forward ▶️ arrow_backward ◀️ fast_forward ⏩ rewind ⏪`,
  "Making pictures": `art 🎨 pencil2 ✏️ pencil 📝 memo 📝 lower_left_paintbrush 🖌️ paintbrush 🖌️ paintbrushes 🖌️
    lower_left_crayon 🖍️ frame_with_picture 🖼️ camera 📷 camera_with_flash 📸 movie_camera 🎥 film_frames 🎞️ clapper 🎬
    performing_arts 🎭 repeat 🔁 arrows_counterclockwise 🔄 recycle ♻️ leftwards_arrow_with_hook ↩️ wastebasket 🗑️
    scissors ✂️ mag 🔍 mag_right 🔎 bulb 💡 crystal_ball 🔮 test_tube 🧪 dart 🎯 level_slider 🎚️ control_knobs 🎛️ gem 💎 arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️
    sparkles ✨ star ⭐ star2 🌟 stars 🌠 dizzy 💫 boom 💥 zap ⚡ rainbow 🌈 fire 🔥 rocket 🚀 tada 🎉 confetti_ball 🎊`,
  "Smileys and people": `smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 satisfied 😆 joy 😂 rolling_on_the_floor_laughing 🤣
    slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘
    yum 😋 stuck_out_tongue 😛 sunglasses 😎 thinking_face 🤔 neutral_face 😐 expressionless 😑 smirk 😏 unamused 😒
    face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 confused 😕 worried 😟
    slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 disappointed 😞
    sweat 😓 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 skull 💀 hankey 💩 clown_face 🤡 ghost 👻 alien 👽 robot_face 🤖
    wave 👋 raising_hand 🙋 raised_hand ✋ hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 clap 👏 raised_hands 🙌 open_hands 👐 pray 🙏 muscle 💪
    +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 point_up ☝️ point_down 👇 point_left 👈 point_right 👉 writing_hand ✍️ handshake 🤝
    facepunch 👊 fist ✊ brain 🧠 eye 👁️ eyes 👀 speech_balloon 💬 thought_balloon 💭 zzz 💤
    heart ❤️ hearts ♥️ yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
    orange_heart 🧡 broken_heart 💔`,
  "Work": `wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ link 🔗 paperclip 📎 label 🏷️ pushpin 📌 lock 🔒 unlock 🔓 key 🔑 bell 🔔
    no_bell 🔕 hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ watch ⌚ clock1 🕐 calendar 📆 date 📅
    chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 moneybag 💰 dollar 💵 euro 💶 pound 💷
    credit_card 💳 receipt 🧾 checkered_flag 🏁 trophy 🏆 medal 🏅 first_place_medal 🥇 second_place_medal 🥈
    third_place_medal 🥉 balloon 🎈 gift 🎁 computer 💻 desktop_computer 🖥️ keyboard ⌨️ phone ☎️ iphone 📱 email 📧
    envelope ✉️ package 📦 inbox_tray 📥 outbox_tray 📤 file_folder 📁 open_file_folder 📂 clipboard 📋 book 📖 books 📚`,
  "Things and nature": `athletic_shoe 👟 mans_shoe 👞 high_heel 👠 shirt 👕 tshirt 👕 dress 👗 crown 👑 tophat 🎩 apple 🍎
    green_apple 🍏 tangerine 🍊 lemon 🍋 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 peach 🍑 cherries 🍒 pizza 🍕
    hamburger 🍔 coffee ☕ tea 🍵 teapot 🫖 cake 🍰 birthday 🎂 beer 🍺 cocktail 🍸 cat 🐱 dog 🐶 mouse 🐭 fox_face 🦊
    bear 🐻 panda_face 🐼 koala 🐨 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵 see_no_evil 🙈 hear_no_evil 🙉
    speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 bee 🐝 butterfly 🦋 turtle 🐢 fish 🐟 dolphin 🐬 whale 🐳 octopus 🐙
    unicorn_face 🦄 seedling 🌱 evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 tulip 🌷 cherry_blossom 🌸 rose 🌹
    sunflower 🌻 maple_leaf 🍁 leaves 🍃 sunny ☀️ cloud ☁️ snowflake ❄️ ocean 🌊 umbrella ☔ house 🏠 office 🏢 school 🏫
    car 🚗 taxi 🚕 bus 🚌 bike 🚲 train 🚋 airplane ✈️ ship 🚢`,
};

const CHARS = new Map();

/** The picker's groups: [title, [name, …]]. */
export const GROUPS = Object.entries(GROUPS_TEXT).map(([title, text]) => {
  const parts = text.split(/\s+/).filter(Boolean);
  const names = [];
  for (let i = 0; i < parts.length; i += 2) {
    if (![...CHARS.values()].includes(parts[i + 1])) names.push(parts[i]);
    CHARS.set(parts[i], parts[i + 1]);
  }
  return [title, names];
});
// A picture of text, which is no reaction in this workspace.
GROUPS[0][1] = GROUPS[0][1].filter((name) => name !== "information_source");

/** What the picker offers first, before anything was used. */
export const FAVOURITES = [
  "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
  "white_check_mark", "repeat", "art", "pencil2", "octagonal_sign", "wastebasket", "leftwards_arrow_with_hook", "+1", "heart",
];

/** Words the search also finds a name by. */
const ALIASES = {
  white_check_mark: "approve done yes tick", repeat: "again redo loop", art: "palette paint draw", pencil2: "edit fix",
  octagonal_sign: "stop cancel", wastebasket: "delete trash bin", leftwards_arrow_with_hook: "undo back revert", "+1": "thumbs up like yes",
  "-1": "thumbs down no", heart: "love red", tada: "party hooray", eyes: "look watch", one: "1", two: "2", three: "3", four: "4",
  five: "5", six: "6", seven: "7", eight: "8", nine: "9", zero: "0", athletic_shoe: "sneaker", moneybag: "cost budget",
};

const TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };
const KEYCAPS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** The character of a name, with a skin tone if it has one; undefined for unknown names. */
export function charOf(name) {
  const [base, tone] = name.split("::skin-tone-");
  const found = CHARS.get(base);
  return found && tone ? found.replace("\uFE0F", "") + (TONES[tone] ?? "") : found;
}

/** An emoji as an element. Keycaps are drawn, because many systems lack a clear glyph for them. */
export function emoji(name, { big = false } = {}) {
  const digit = KEYCAPS.indexOf(name);
  const label = `:${name}:`;
  if (digit >= 0) return h("span.emoji.keycap", { role: "img", "aria-label": label, title: label }, String(digit));
  const char = charOf(name);
  if (!char) return document.createTextNode(label);
  return h(big ? "span.emoji.big" : "span.emoji", { role: "img", "aria-label": label, title: label }, char);
}

/** A label in plain words: white_check_mark → white check mark. */
export const spoken = (name) => name.replace(/::skin-tone-\d/, "").replaceAll("_", " ");

/** Names that match what was typed, best first. */
export function search(typed) {
  const wanted = typed.toLowerCase().replaceAll(":", "").trim().replaceAll(" ", "_");
  const all = GROUPS.flatMap(([, names]) => names);
  const rank = (name) => {
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if ((ALIASES[name] ?? "").split(" ").some((word) => word.startsWith(wanted.replaceAll("_", " ")))) return 2;
    return name.includes(wanted) ? 3 : 9;
  };
  return all.filter((name) => rank(name) < 9).sort((a, b) => rank(a) - rank(b));
}
