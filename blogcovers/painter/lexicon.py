"""Words of other languages for what the vocabulary knows in English: Spanish, Portuguese, French, German, Italian,
Russian, Chinese and Japanese, and the names of emoji.

The painter is to make something of every blog's concepts, not only of English ones. A word is looked up here only if
the vocabulary does not know it. Endings are left to the vocabulary's `stems`; Russian words are stems themselves, found
at a word's beginning; Chinese and Japanese ones are found anywhere, since nothing stands between the words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # beasts
    "bird": "pájaro ave pássaro oiseau oiseaux vogel vögel uccello uccelli птиц 鸟 鳥 とり 小鸟",
    "eagle": "águila águia aigle adler aquila орел орл 鹰 鷲",
    "dove": "paloma pomba colombe taube colomba голуб 鸽 鳩",
    "owl": "búho lechuza coruja hibou chouette eule gufo сова сов 猫头鹰 フクロウ",
    "duck": "pato canard ente anatra утк 鸭 アヒル",
    "butterfly": "mariposa borboleta papillon schmetterling farfalla farfalle бабочк 蝴蝶 蝶",
    "bee": "abeja abelha abeille biene ape пчел 蜜蜂 蜂",
    "dog": "perro perra cachorro cão cães chien chienne hund cane cani собак пес 狗 犬",
    "cat": "gato gata chat chatte katze kater gatto gatti кошк кот 猫 貓 ネコ",
    "tiger": "tigre тигр 老虎 虎 トラ",
    "lion": "león leão löwe leone лев льв 狮子 ライオン",
    "fish": "pez peces pescado peixe poisson fisch pesce pesci рыб 鱼 魚 さかな",
    "fisherman": "pescador pêcheur fischer pescatore рыбак 渔夫 漁師",
    "whale": "ballena baleia baleine wal wale balena кит 鲸 鯨 クジラ",
    "fox": "zorro zorra raposa renard fuchs füchse volpe volpi лис 狐狸 狐 キツネ きつね",
    "wolf": "lobo loup wölfe lupo lupi волк 狼 オオカミ",
    "rabbit": "conejo coelho lapin kaninchen hase coniglio кролик заяц зайц 兔 ウサギ",
    "deer": "ciervo venado cervo cerf hirsch reh олен 鹿",
    "horse": "caballo yegua cavalo cheval chevaux pferd cavallo cavalli лошад конь кон 马 馬 ウマ",
    "donkey": "burro asno âne esel asino осел осл 驴 ロバ",
    "cow": "vaca vache kuh kühe mucca mucche коров 牛",
    "sheep": "oveja ovelha mouton schaf pecora pecore овц 羊",
    "pig": "cerdo porco cochon schwein maiale свинь 猪 豚",
    "bear": "oso urso ours bär orso медвед 熊",
    "elephant": "elefante éléphant elefant слон 大象 象 ゾウ",
    "monkey": "mono macaco singe affe scimmia обезьян 猴 猿",
    "mouse": "ratón souris maus mäuse topo topi мыш 老鼠 ネズミ",
    "frog": "rana sapo grenouille frosch frösche лягушк 青蛙 カエル",
    "turtle": "tortuga tartaruga tortue schildkröte черепах 龟 亀",
    "hedgehog": "erizo ouriço hérisson igel riccio 刺猬 ハリネズミ",
    "octopus": "pulpo polvo poulpe krake осьминог 章鱼 タコ",
    "rooster": "gallo galo coq hahn hähne петух 公鸡 鸡",
    "chicken": "gallina galinha poule huhn hühner henne куриц 母鸡 鶏",
    "snake": "serpiente culebra cobra serpent schlange serpente змея змей зме 蛇 ヘビ",
    "dragon": "dragón dragão drache drago драконы дракон 龙 龍 竜",
    "parrot": "loro papagaio perroquet papagei pappagallo попуга 鹦鹉 オウム",
    "spider": "araña aranha araignée spinne ragno паук 蜘蛛 クモ",
    # plants
    "flower": "flor flores fleur blume blüte fiore fiori цвет цветок 花 はな",
    "rose": "rosen роз 玫瑰 薔薇 バラ",
    "garden": "jardín jardim jardin garten gärten giardino giardini сад 花园 庭",
    "tree": "árbol árvore arbre baum bäume albero alberi дерев 树 樹 木",
    "leaf": "hoja folha feuille blatt blätter foglia foglie лист 叶 葉",
    "forest": "bosque selva floresta forêt wald wälder bosco foresta лес 森林 森",
    "root": "raíz raíces raiz racine wurzel radice корен 根",
    "maize": "maíz milho maïs mais кукуруз 玉米 トウモロコシ",
    "wheat": "trigo blé weizen grano пшениц 小麦 麦",
    "field": "campo champ champs feld felder campi пол 田 畑",
    "cactus": "cacto kaktus кактус 仙人掌 サボテン",
    "fruit": "fruta frutas früchte obst frutta фрукт 水果 果",
    "apple": "manzana maçã pomme apfel äpfel mela mele яблок 苹果 リンゴ",
    # sky and weather
    "sun": "soleil sonne sole солнц 太阳 太陽",
    "moon": "lua lune mond 月亮 月 лун",
    "star": "estrella estrela étoile stern sterne stella stelle звезд 星",
    "cloud": "nube nuvem nuage wolke nuvola nuvole облак 云 雲",
    "rain": "lluvia chuva pluie regen pioggia дожд 雨",
    "storm": "tormenta tempestad tempestade tempête orage sturm gewitter tempesta бур гроз 暴风 嵐",
    "wind": "viento vento vent ветер ветр 风 風",
    "snow": "nieve neve neige schnee снег 雪",
    "ice": "hielo gelo glace eis ghiaccio лед 冰 氷",
    "night": "noche noite nuit nacht nächte notte ноч 夜 晚上",
    "day": "día dia jour tag tage giorno giorni день дня дни 日",
    "dawn": "amanecer alba madrugada aube aurore morgenröte рассвет 黎明 夜明け",
    "morning": "mañana manhã matin morgen mattina утр 早晨 朝",
    "evening": "tarde soir soirée abend sera вечер 傍晚 夕方",
    "summer": "verano verão été sommer estate лет 夏",
    "winter": "invierno inverno hiver зим 冬",
    "spring": "primavera printemps frühling весн 春",
    # places
    "sea": "mar mer meer море мор 海 うみ",
    "ocean": "océano oceano océan ozean океан 海洋",
    "river": "río rio rivière fleuve fluss flüsse fiume рек 河 川 江",
    "lake": "lago lac озер 湖",
    "water": "agua água eau wasser acqua вод 水",
    "beach": "playa praia plage strand spiaggia пляж 海滩 浜",
    "island": "isla ilha île insel isola остров 岛 島",
    "desert": "desierto deserto désert wüste пустын 沙漠 砂漠",
    "mountain": "montaña montanha montagne berg berge monte гор 山",
    "volcano": "volcán vulcão volcan vulkan vulcano вулкан 火山",
    "stone": "piedra pedra pierre stein steine pietra камень камн 石",
    "city": "ciudad cidade ville stadt städte città город 城市 都市 街",
    "village": "pueblo aldea dorf dörfer villaggio paese деревн село 村",
    "street": "calle rua rue straße strada улиц 街道",
    "house": "casa maison haus häuser case дом 房子 家 屋",
    "door": "puerta porta porte tür türen дверь двер 门 門 扉",
    "window": "ventana janela fenêtre fenster finestra окн 窗 窓",
    "church": "iglesia igreja église kirche chiesa церков 教堂 教会",
    "castle": "castillo castelo château schloss burg castello замок замк 城堡 城",
    "temple": "templo tempel tempio храм 寺 神殿",
    "pyramid": "pirámide pirâmide pyramide piramide пирамид 金字塔 ピラミッド",
    "kitchen": "cocina cozinha cuisine küche cucina кухн 厨房 台所",
    "school": "escuela escola école schule scuola школ 学校",
    "market": "mercado marché markt märkte mercato рынок рынк 市场 市場",
    "lighthouse": "faro farol phare leuchtturm маяк 灯塔 灯台",
    # people
    "people": "gente gens leute люд 人",
    "woman": "mujer mulher femme frau frauen donna donne женщин 女",
    "man": "hombre homem homme mann männer uomo uomini мужчин 男",
    "child": "niño niña criança enfant kind kinder bambino bambina ребен дет 孩子 子供",
    "mother": "madre mãe mère mutter мать матер 母亲 妈妈 母",
    "father": "padre pai père vater отец отц 父亲 爸爸 父",
    "grandmother": "abuela avó grand-mère großmutter oma nonna бабушк 奶奶 祖母",
    "grandfather": "abuelo avô grand-père großvater opa nonno дедушк 爷爷 祖父",
    "friend": "amigo amiga ami freund freunde amico amici друг 朋友 友",
    "king": "rey rei roi könig könige корол 国王 王",
    "face": "cara rostro visage gesicht faccia лиц 脸 顔",
    "mask": "máscara masque maske maschera маск 面具 仮面",
    "eye": "ojo ojos olho œil yeux auge augen occhio occhi глаз 眼睛 眼 目",
    "hand": "mano mão main hände рук 手",
    "heart": "corazón coração cœur herz cuore cuori сердц 心",
    "love": "amor amour liebe amore любов 爱 愛",
    "life": "vida vie leben vita жизн 生活 生命 人生",
    "peace": "paz paix frieden мир 和平 平和",
    "dancer": "bailarina bailarín dançarina danseuse tänzerin ballerina танцовщиц 舞者",
    "dance": "danza dança danse tanz tänze танец танц 舞 踊",
    "work": "trabajo trabalho travail arbeit lavoro работ 工作 仕事",
    # things
    "boat": "barco barca bote bateau boot boote лодк 船 小船",
    "ship": "navío navio navire schiff nave navi корабл 舟",
    "voyage": "viaje viagem reise reisen viaggio путешеств 旅行 旅",
    "book": "libro livro livre buch bücher libri книг 书 書 本",
    "letter": "carta cartas lettre brief briefe lettera lettere письм 信 手紙",
    "story": "cuento historia conto história histoire geschichte storia сказк истори 故事 物語",
    "word": "palabra palavra mot wort wörter worte parola parole слов 字 言葉",
    "library": "biblioteca bibliothèque bibliothek библиотек 图书馆 図書館",
    "key": "llave clave chave clef clé schlüssel chiave ключ 钥匙 鍵",
    "secret": "secreto segredo geheimnis segreto тайн секрет 秘密",
    "lamp": "lámpara lâmpada lampe lampada ламп 灯",
    "lantern": "linterna farolillo lanterna lanterne laterne фонар 灯笼 提灯",
    "candle": "vela velas bougie chandelle kerze candela свеч 蜡烛 ろうそく",
    "fire": "fuego fogo feu feuer fuoco огонь огн 火",
    "light": "luz lumière licht luce свет 光",
    "coffee": "café cafés kaffee caffè коф 咖啡 コーヒー",
    "tea": "té chá thé tee tè чай 茶",
    "cup": "taza xícara tasse tazza чашк 杯",
    "bread": "pan pão pain brot хлеб 面包 パン",
    "basket": "cesta cesto panier korb körbe cestino корзин 篮子 籠",
    "guitar": "guitarra guitare gitarre chitarra гитар 吉他 ギター",
    "music": "música musique musik musica музык 音乐 音楽",
    "song": "canción canção chanson lied lieder canzone песн 歌",
    "wheel": "rueda roda roue rad räder ruota колес 轮 車輪",
    "machine": "máquina maschine macchina машин 机器 機械",
    "computer": "ordenador computadora computador ordinateur rechner компьютер 电脑 計算機",
    "code": "código quelltext codice код 代码 コード",
    "clock": "reloj relógio horloge uhr uhren orologio час 时钟 時計",
    "time": "tiempo tempo temps zeit время врем 时间 時間",
    "train": "tren trem zug züge treno поезд 火车 電車",
    "car": "coche carro voiture auto автомобил 汽车 車",
    "bicycle": "bicicleta vélo fahrrad велосипед 自行车 自転車",
    "thread": "hilo fio fil faden fäden filo нит 线 糸",
    "dress": "vestido kleid kleider vestito плать 裙 服",
    "loom": "telar tear métier webstuhl telaio 织机 織機",
    "dream": "sueño sonho rêve traum träume sogno sogni мечт сон 梦 夢",
    "gift": "regalo presente cadeau geschenk regali подар 礼物 贈り物",
    "festival": "fiesta festa fête fest feste праздник 节日 祭",
    "history": "geschichten историческ 历史 歴史",
    # colours and numbers
    "red": "rojo roja vermelho vermelha rouge rot rote roter rotes roten rosso rossa красн 红 赤",
    "orange": "naranja laranja arancione оранжев 橙",
    "yellow": "amarillo amarilla amarelo amarela jaune gelb gelbe gelber gelbes giallo gialla желт 黄",
    "green": "verde verdes vert verte grün grüne grüner grünes verdi зелен 绿 緑",
    "turquoise": "turquesa türkis turchese бирюзов 青绿",
    "blue": "azul azules bleu bleue blau blaue blauer blaues blu син голуб 蓝 青",
    "violet": "violeta morado morada roxo lila violett viola фиолетов 紫",
    "pink": "rosado cor-de-rosa rosa розов 粉红 ピンク",
    "brown": "marrón marrom marron brun braun braune marrone коричнев 棕 茶色",
    "white": "blanco blanca branco branca blanc blanche weiß weiße weißer bianco bianca бел 白",
    "black": "negro negra preto preta noir noire schwarz schwarze schwarzer nero nera черн 黑 黒",
    "grey": "gris cinza cinzento grau graue grigio сер 灰",
    "two": "dois duas deux zwei due два две 两 二",
    "three": "tres três trois drei tre три 三",
    "many": "muchos muitas viele molti много 许多",
}
# Words of the Unicode names of emoji that say how, not what: "cat face", "full moon".
_MANNER = (
    "face with and of symbol sign button mark squared white black heavy medium small large open closed front facing "
    "side baby first last quarter smiling grinning capped flying eyes heart-shaped old new slightly tears joy tongue "
    "winking kissing crying loudly astonished neutral relieved without handle mouth hot"
)
_MANNER_SET = frozenset(_MANNER.split())
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def plain(text: str) -> str:
    """The text in lower case without accents, emoji by their Unicode names."""
    named = "".join(_name(c) if unicodedata.category(c) == "So" else c for c in text)
    bare = unicodedata.normalize("NFKD", named.casefold()).replace("\u0153", "oe")
    return "".join(c for c in bare if not unicodedata.combining(c))


def _name(emoji: str) -> str:
    named = unicodedata.name(emoji, "").lower().split()
    things = [word for word in named if word not in _MANNER_SET] or [word for word in named if word == "face"]
    return f" {' '.join(things)} "


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    """English by Latin word and by Cyrillic stem; and what finds the Chinese and Japanese words, longest first."""
    latin: dict[str, str] = {}
    stems: dict[str, str] = {}
    for english, listed in WORDS.items():
        for word in listed.split():
            table = stems if _CYRILLIC.search(word) else latin
            table.setdefault(plain(word), english)
    spaceless = sorted((w for w in latin if _SPACELESS.search(w)), key=len, reverse=True)
    return latin, stems, re.compile("|".join(spaceless))


def split(word: str) -> list[str]:
    """The words in a run of Chinese or Japanese that are known, or the run itself; any other word as it is."""
    if not _SPACELESS.search(word):
        return [word]
    return _tables()[2].findall(word) or [word]


def english(word: str) -> str | None:
    """The English of a plain word, or None."""
    latin, stems, _ = _tables()
    if word in latin:
        return latin[word]
    if _CYRILLIC.search(word):
        return next((stems[word[:n]] for n in range(len(word), max(2, len(word) - 4), -1) if word[:n] in stems), None)
    return None
