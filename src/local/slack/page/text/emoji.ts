/** Slack's names for a fair set of emoji; a name that is not here is shown as typed. */
const table = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_right 👉|point_left 👈
point_up ☝️|point_down 👇|v ✌️|crossed_fingers 🤞|writing_hand ✍️|eyes 👀|brain 🧠|heart ❤️|yellow_heart 💛|green_heart 💚
blue_heart 💙|purple_heart 💜|broken_heart 💔|sparkling_heart 💖|smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆
sweat_smile 😅|joy 😂|rofl 🤣|slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes 😍
star-struck 🤩|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|thinking_face 🤔|zipper_mouth_face 🤐|neutral_face 😐
expressionless 😑|no_mouth 😶|smirk 😏|unamused 😒|face_with_rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪
sleeping 😴|mask 😷|dizzy_face 😵|exploding_head 🤯|partying_face 🥳|sunglasses 😎|nerd_face 🤓|confused 😕|worried 😟
slightly_frowning_face 🙁|open_mouth 😮|astonished 😲|flushed 😳|pleading_face 🥺|cry 😢|sob 😭|scream 😱|disappointed 😞
sweat 😓|weary 😩|tired_face 😫|angry 😠|rage 😡|skull 💀|poop 💩|ghost 👻|alien 👽|robot_face 🤖|see_no_evil 🙈
rocket 🚀|fire 🔥|boom 💥|zap ⚡|star ⭐|star2 🌟|sparkles ✨|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆
medal 🏅|dart 🎯|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|100 💯
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|warning ⚠️
no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|question ❓|grey_question ❔|exclamation ❗|grey_exclamation ❕|bangbang ‼️
information_source ℹ️|heavy_plus_sign ➕|heavy_minus_sign ➖|recycle ♻️|arrows_counterclockwise 🔄|repeat 🔁
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|black_square_for_stop ⏹️|double_vertical_bar ⏸️
fast_forward ⏩|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵
large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_red_square 🟥|hourglass ⌛
hourglass_flowing_sand ⏳|watch ⌚|stopwatch ⏱️|timer_clock ⏲️|alarm_clock ⏰|calendar 📅|spiral_calendar_pad 🗓️
computer 💻|desktop_computer 🖥️|keyboard ⌨️|floppy_disk 💾|cd 💿|battery 🔋|electric_plug 🔌|iphone 📱|satellite 📡
wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|test_tube 🧪|microscope 🔬|telescope 🔭
package 📦|inbox_tray 📥|outbox_tray 📤|envelope ✉️|email 📧|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|pushpin 📌
paperclip 📎|link 🔗|scissors ✂️|lock 🔒|unlock 🔓|key 🔑|mag 🔍|mag_right 🔎|label 🏷️|bookmark 🔖|books 📚|book 📖
page_facing_up 📄|newspaper 📰|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|wastebasket 🗑️
bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|chart 💹|abacus 🧮|triangular_ruler 📐
moneybag 💰|dollar 💵|credit_card 💳|bug 🐛|beetle 🐞|snake 🐍|crab 🦀|penguin 🐧|octopus 🐙|cat 🐱|dog 🐶|unicorn_face 🦄
turtle 🐢|bee 🐝|butterfly 🦋|whale 🐳|coffee ☕|tea 🍵|beer 🍺|beers 🍻|pizza 🍕|cake 🍰|cookie 🍪|popcorn 🍿|apple 🍎
sunny ☀️|cloud ☁️|umbrella ☔|rainbow 🌈|snowflake ❄️|earth_africa 🌍|earth_americas 🌎|earth_asia 🌏|globe_with_meridians 🌐
house 🏠|office 🏢|construction 🚧|car 🚗|airplane ✈️|bike 🚲|runner 🏃|technologist 🧑‍💻|scientist 🧑‍🔬|detective 🕵️
art 🎨|game_die 🎲|jigsaw 🧩|musical_note 🎵|headphones 🎧|movie_camera 🎥|camera 📷|checkered_flag 🏁|triangular_flag_on_post 🚩
`;

/** Read once, at the first question. */
function readTable(): ReadonlyMap<string, string> {
  const entries = table
    .trim()
    .split(/[|\n]/)
    .map((entry) => {
      const space = entry.indexOf(' ');
      return [entry.slice(0, space), entry.slice(space + 1)] as const;
    });
  return new Map(entries);
}

const characters = /* @__PURE__ */ readTable();

export function hasEmoji(name: string): boolean {
  return characters.has(name);
}

/** The character, or `:name:` where the page has none. */
export function emojiCharacter(name: string): string {
  return characters.get(name) ?? `:${name}:`;
}

/** Offered on a message. */
export const quickReactions = ['white_check_mark', 'eyes', 'raised_hands'] as const;

/** The small picker, in rows of eight. */
export const pickerEmoji = [
  ...['+1', '-1', 'wave', 'clap', 'raised_hands', 'pray', 'muscle', 'eyes'],
  ...['smile', 'joy', 'sweat_smile', 'wink', 'heart_eyes', 'thinking_face', 'sob', 'exploding_head'],
  ...['heart', 'tada', 'sparkles', 'fire', 'rocket', 'zap', '100', 'trophy'],
  ...['white_check_mark', 'x', 'warning', 'question', 'bulb', 'bug', 'wrench', 'memo'],
  ...[
    'bar_chart',
    'chart_with_upwards_trend',
    'snake',
    'computer',
    'package',
    'mag',
    'hourglass_flowing_sand',
    'coffee',
  ],
] as const;

/** Names that begin with `query`, then names that contain it; at most `limit`. */
export function findEmoji(query: string, limit: number): readonly string[] {
  const names = [...characters.keys()];
  const starting = names.filter((name) => name.startsWith(query));
  const containing = names.filter((name) => !name.startsWith(query) && name.includes(query));
  return [...starting, ...containing].slice(0, limit);
}
