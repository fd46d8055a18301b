<?php
// Installs WordPress and files what posts.json holds: php wordpress_fill.php ROOT ADDRESS THEME POSTS PERMALINKS
[, $root, $address, $quay_theme, $posts, $permalinks] = $argv;  // WordPress has a global $theme
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url($address, PHP_URL_HOST) . ':' . parse_url($address, PHP_URL_PORT);
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
$site = json_decode(file_get_contents($posts), true);
wp_install($site['name'], 'editor', 'editor@quay.example', true, '', 'none-of-note');
update_option('siteurl', $address);
update_option('home', $address);
update_option('posts_per_page', 6);
foreach (get_posts(['numberposts' => -1, 'post_type' => ['post', 'page'], 'post_status' => 'any']) as $given) {
    wp_delete_post($given->ID, true);
}
switch_theme($quay_theme);
$users = [];
foreach ($site['authors'] as $number => $name) {
    $users[$name] = wp_insert_user(['user_login' => "writer$number", 'user_pass' => 'none', 'display_name' => $name, 'role' => 'author']);
}
function as_blocks(array $paragraphs): string {
    return implode("\n\n", array_map(fn($p) => "<!-- wp:paragraph -->\n<p>" . htmlspecialchars($p, ENT_NOQUOTES) . "</p>\n<!-- /wp:paragraph -->", $paragraphs));
}
function gallery(array $pictures, string $address): string {
    $inner = implode("\n", array_map(fn($p) => "<!-- wp:image -->\n<figure class=\"wp-block-image size-large\"><img src=\"$address/pictures/$p[0]\" alt=\"\"/><figcaption class=\"wp-element-caption\">$p[1]</figcaption></figure>\n<!-- /wp:image -->", $pictures));
    return "<!-- wp:gallery {\"linkTo\":\"none\"} -->\n<figure class=\"wp-block-gallery has-nested-images columns-default is-cropped\">$inner</figure>\n<!-- /wp:gallery -->";
}
foreach ($site['posts'] as $post) {
    $paragraphs = $post['paragraphs'];
    $half = intdiv(count($paragraphs), 2);
    $parts = [as_blocks(array_slice($paragraphs, 0, $half)), as_blocks(array_slice($paragraphs, $half))];
    $between = $post['in_two'] ? "\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\n" : "\n\n";
    $between = $post['pictured'] ? "\n\n" . gallery($site['pictures'], $address) . "\n\n" : $between;
    $category = wp_create_category($post['section']);
    $id = wp_insert_post([
        'post_title' => $post['title'], 'post_name' => $post['slug'], 'post_content' => implode($between, $parts),
        'post_status' => $post['status'], 'post_author' => $users[$post['author']], 'post_category' => [$category],
        'tags_input' => $post['tags'], 'post_date_gmt' => $post['published'], 'post_date' => $post['published'],
        'post_password' => $post['password'],
    ], true);
    if ($post['commented']) {
        wp_insert_comment(['comment_post_ID' => $id, 'comment_author' => 'Old Ferryman', 'comment_content' => $site['comment'], 'comment_approved' => 1]);
    }
}
foreach ($site['pages'] as $slug => [$title, $text]) {
    wp_insert_post(['post_title' => $title, 'post_name' => $slug, 'post_content' => as_blocks([$text]), 'post_status' => 'publish', 'post_type' => 'page', 'post_author' => 1]);
}
update_option('permalink_structure', $permalinks);
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->set_permalink_structure($permalinks);
$wp_rewrite->flush_rules(false);
